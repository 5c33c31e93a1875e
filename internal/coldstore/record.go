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
const version = "2"

// A record is the content of a file.
type record struct {
	port  string
	boot  string // of the machine: the steady clock begins again with each
	waits bool   // false: the wait is over, but another user's file still has it
	receiver.Wait
	changed int64 // steady: when the file was written
}

// text returns the file's text.
func (r record) text() []byte {
	return fmt.Appendf(nil, `# The receiver at this port had a cold start, so that its leap seconds may be wrong, and is not
# used until it has waited. refclock removes this file then, unless another user's file says that
# it waits. The times are since the machine booted.
version = %q
port = %q
boot = %q
waits = "%t"
first_valid = %q
far_date = "%t"
changed = %q
`, version, r.port, r.boot, r.waits, time.Duration(r.Since), r.Far, time.Duration(r.changed))
}

// parse parses a file's text. It requires each key exactly once, and no other key. No error
// quotes the text.
func parse(text string) (record, error) {
	values, err := statefolder.Parse(text, version)
	if err != nil {
		return record{}, err
	}
	r := record{port: values.Take("port"), boot: values.Take("boot")}
	var errs [4]error
	r.waits, errs[0] = strconv.ParseBool(values.Take("waits"))
	r.Far, errs[1] = strconv.ParseBool(values.Take("far_date"))
	var since, changed time.Duration
	since, errs[2] = time.ParseDuration(values.Take("first_valid"))
	changed, errs[3] = time.ParseDuration(values.Take("changed"))
	if errors.Join(errs[:]...) != nil {
		return record{}, errors.New("expected waits, first_valid, far_date and changed")
	}
	r.Since, r.changed = int64(since), int64(changed)
	return r, values.Done()
}
