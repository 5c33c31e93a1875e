package tune

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// epochsObserved is how many seconds must be seen for all intervals from 1 to 9, which are
// those that a CASIC receiver can have. A sentence that is sent less often counts as off.
const epochsObserved = 11

// epochsForBurst is how many seconds show how long a burst is.
const epochsForBurst = 3

// A sight is what a receiver sends in some seconds.
type sight struct {
	epochs int              // seconds that began
	seen   map[string][]int // the seconds in which each kind of sentence was sent, such as "GSV"
	bytes  int              // in the complete seconds
	latest int              // bytes in the last, incomplete one
	time   string           // of the last epoch
}

// timeFields are the kinds of sentences that contain the time, and in which field.
var timeFields = map[string]int{"RMC": 1, "GGA": 1, "GLL": 5, "ZDA": 1, "GNS": 1}

// add adds a message. The first second is not counted: it may be incomplete.
func (s *sight) add(f frame) {
	size := ubxHead + len(f.payload) + ubxTail // a SkyTraq message is as long
	if f.protocol == nmeaText {
		size = len("$*hh\r\n") + len(f.text)
		s.addSentence(strings.Split(f.text, ","))
	}
	s.latest += size
}

func (s *sight) addSentence(fields []string) {
	kind := kindOf(fields[0])
	if kind == "" {
		return
	}
	if i, ok := timeFields[kind]; ok && i < len(fields) && fields[i] != s.time {
		if s.time != "" {
			s.epochs++
		}
		if s.epochs > 1 {
			s.bytes += s.latest
		}
		s.time, s.latest = fields[i], 0
	}
	if s.epochs == 0 {
		return
	}
	if s.seen == nil {
		s.seen = map[string][]int{}
	}
	if in := s.seen[kind]; len(in) == 0 || in[len(in)-1] != s.epochs {
		s.seen[kind] = append(in, s.epochs)
	}
}

// kindOf returns the kind of a sentence without its talker; "" for a proprietary one.
func kindOf(address string) string {
	if len(address) != 5 || address[0] == 'P' {
		return ""
	}
	return address[2:]
}

// burst returns how many bytes are sent in a second.
func (s *sight) burst() int {
	if s.epochs < 2 {
		return 0
	}
	return s.bytes / (s.epochs - 1)
}

// interval returns in each how many seconds a kind of sentence is sent; 0 if it is not sent.
func (s *sight) interval(kind string) (int, error) {
	in := s.seen[kind]
	switch {
	case len(in) == 0:
		return 0, nil
	case len(in) == 1 && in[0] != s.epochs:
		return 0, fmt.Errorf("%s arrived once in %d s: its interval is unknown", kind, s.epochs)
	case len(in) == 1:
		return 0, nil // it began in the incomplete last second
	}
	var gaps []int
	for i := range in[1:] {
		gaps = append(gaps, in[i+1]-in[i])
	}
	if slices.Min(gaps) != slices.Max(gaps) {
		return 0, fmt.Errorf("%s arrives irregularly, after %v s: are sentences lost?", kind, gaps)
	}
	return gaps[0], nil
}

// observe watches the sentences until enough seconds have begun.
func (l *link) observe(epochs int) (sight, error) {
	var s sight
	err := l.await(l.timing.Sight, func(f frame) (bool, error) {
		s.add(f)
		return s.epochs > epochs, nil
	})
	if errors.Is(err, errSilent) || errors.Is(err, errGarbled) {
		return s, fmt.Errorf("%w: %d s seen in %v", errNoSentences, s.epochs, l.timing.Sight)
	}
	return s, err
}

// wireTime is how long bytes take at a rate, 8N1: ten bits each; 0 without a rate.
func wireTime(bytes, rate int) time.Duration {
	if rate == 0 {
		return 0
	}
	return time.Duration(bytes) * 10 * time.Second / time.Duration(rate)
}
