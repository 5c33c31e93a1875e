package coldstore

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/refclock/refclock/driver/gps/receiver"
	"github.com/refclock/refclock/internal/statefolder"
)

// version is the format of the files. Files of another version are not used.
const version = "1"

// A record is the content of a file.
type record struct {
	port string
	boot string // of the machine: the steady clock begins again with each
	receiver.Wait
}

// text returns the file's text.
func (r record) text() []byte {
	return fmt.Appendf(nil, `# The receiver at this port had a cold start, so that its leap seconds may be wrong, and is not
# used until it has waited. refclock removes this file then.
version = %q
port = %q
boot = %q
first_valid = %q
far_date = "%t"
`, version, r.port, r.boot, time.Duration(r.Since), r.Far)
}

// parse parses a file's text. It requires each key exactly once, and no other key. No error
// quotes the text.
func parse(text string) (record, error) {
	values, err := statefolder.Parse(text, version)
	if err != nil {
		return record{}, err
	}
	r := record{port: values.Take("port"), boot: values.Take("boot")}
	since, wrong := time.ParseDuration(values.Take("first_valid"))
	far, bad := strconv.ParseBool(values.Take("far_date"))
	r.Since, r.Far = int64(since), far
	if errors.Join(wrong, bad) != nil {
		return record{}, errors.New("expected first_valid and far_date")
	}
	return r, values.Done()
}
