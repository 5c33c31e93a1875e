package delaystore

import (
	"errors"
	"fmt"
	"time"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/statefolder"
)

// version is the format of the files. Files of another version are not used.
const version = "1"

// A record is the content of a file.
type record struct {
	receiver string
	gps.LearntDelay
	saved time.Time // by the system clock, which may have been wrong
}

// The range of plausible values. A measured delay may differ from a known one; one with a
// larger spread cannot be used.
const (
	minDelay  = gps.MinKnownDelay - gps.MaxDelayError
	maxDelay  = gps.MaxKnownDelay + gps.MaxDelayError
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

// parse parses a file's text. It requires each key exactly once, and no other key. No error
// quotes the text.
func parse(text string) (record, error) {
	values, err := statefolder.Parse(text, version)
	if err != nil {
		return record{}, err
	}
	r := record{receiver: values.Take("receiver")}
	var errs [3]error
	r.Delay, errs[0] = time.ParseDuration(values.Take("delay"))
	r.Spread, errs[1] = time.ParseDuration(values.Take("spread"))
	r.saved, errs[2] = time.Parse(time.RFC3339, values.Take("saved"))
	if errors.Join(errs[:]...) != nil {
		return record{}, errors.New("expected delay, spread and saved")
	}
	return r, errors.Join(values.Done(), r.check())
}
