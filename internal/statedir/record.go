package statedir

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/refclock/refclock/driver/gps"
)

// version is the files' format. A file of another one is not read.
const version = "1"

// A record is what a file says.
type record struct {
	receiver string
	gps.Learnt
	saved time.Time // by the system clock, which may have been wrong
}

// The range of what can have been learnt: a burst that begins further from its second
// names another one, and one that scatters more names none.
const (
	leastDelay = -time.Second
	mostDelay  = 2 * time.Second
	mostSpread = time.Second
)

func (r record) check() error {
	if r.Delay < leastDelay || r.Delay > mostDelay || r.Spread < 0 || r.Spread > mostSpread {
		return fmt.Errorf("delay %v, spread %v: no receiver is so", r.Delay, r.Spread)
	}
	return nil
}

// text is a record as its file has it.
func (r record) text() []byte {
	return fmt.Appendf(nil, `# How long after its second this receiver begins to speak. refclock measured
# it by the pulse, and begins with it next time. This file may be deleted.
version = %q
receiver = %q
delay = %q
spread = %q
saved = %q
`, version, r.receiver, r.Delay, r.Spread, r.saved.UTC().Format(time.RFC3339))
}

// parse reads a file's text. It is strict: each key stands once, and no other.
func parse(text string) (record, error) {
	values := fields{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		quoted, err := strconv.Unquote(strings.TrimSpace(value))
		if _, twice := values[key]; twice || err != nil {
			return record{}, fmt.Errorf("line %d: %.40q: expected key = \"value\", each key once", n, line)
		}
		values[key] = quoted
	}
	if found := values.take("version"); found != version {
		return record{}, fmt.Errorf("version %.40q: expected %q", found, version)
	}
	r := record{receiver: values.take("receiver")}
	var errs [3]error
	r.Delay, errs[0] = time.ParseDuration(values.take("delay"))
	r.Spread, errs[1] = time.ParseDuration(values.take("spread"))
	r.saved, errs[2] = time.Parse(time.RFC3339, values.take("saved"))
	switch err := errors.Join(errs[:]...); {
	case err != nil:
		return record{}, err
	case len(values) > 0:
		return record{}, fmt.Errorf("unknown: %.80q", slices.Sorted(maps.Keys(values)))
	}
	return r, r.check()
}

// fields are the values of a file that are still to be taken.
type fields map[string]string

func (f fields) take(key string) string {
	value := f[key]
	delete(f, key)
	return value
}
