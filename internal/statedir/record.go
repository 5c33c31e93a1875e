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

// version is the format of the files. Files of another version are not used.
const version = "1"

// A record is the content of a file.
type record struct {
	receiver string
	gps.Learnt
	saved time.Time // by the system clock, which may have been wrong
}

// The range of plausible values. A burst that begins further from its second means
// another second, and one with a larger spread cannot be used.
const (
	minDelay  = -time.Second
	maxDelay  = 2 * time.Second
	maxSpread = time.Second
)

func (r record) check() error {
	if r.Delay < minDelay || r.Delay > maxDelay || r.Spread < 0 || r.Spread > maxSpread {
		return fmt.Errorf("implausible delay %v, spread %v", r.Delay, r.Spread)
	}
	return nil
}

// text returns the file's text.
func (r record) text() []byte {
	return fmt.Appendf(nil, `# The delay of this receiver's sentences after the second, which refclock has
# measured with the pulse and uses at the next start. You may delete this file.
version = %q
receiver = %q
delay = %q
spread = %q
saved = %q
`, version, r.receiver, r.Delay, r.Spread, r.saved.UTC().Format(time.RFC3339))
}

// parse parses a file's text. It requires each key exactly once, and no other key.
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
		unquoted, err := strconv.Unquote(strings.TrimSpace(value))
		if _, twice := values[key]; twice || err != nil {
			return record{}, fmt.Errorf("line %d: %.40q: expected key = \"value\", each key once", n, line)
		}
		values[key] = unquoted
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
		return record{}, fmt.Errorf("unknown keys: %.80q", slices.Sorted(maps.Keys(values)))
	}
	return r, r.check()
}

// fields are the values of a file that are not yet used.
type fields map[string]string

func (f fields) take(key string) string {
	value := f[key]
	delete(f, key)
	return value
}
