package tune

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/refclock/refclock/driver/gps/receiver"
)

// The settings of receivers whose commands are sentences.
const setSentences = "sentences" // the intervals of all kinds, in the order of the family

// A sentenceOrder is the order of the kinds of sentences in a command; "" is reserved.
type sentenceOrder []string

// want returns the list of intervals that a group should have.
func (o sentenceOrder) want(group Group, now []Setting) []Setting {
	v, ok := value(now, setSentences)
	list := strings.Split(v, ",")
	if !ok || len(list) < len(o) {
		return nil
	}
	kinds, interval := costly, "0"
	switch group {
	case GroupTime:
		kinds, interval = timely, "1"
	case GroupSentences:
	default:
		return nil
	}
	for i, kind := range o {
		if slices.Contains(kinds, kind) {
			list[i] = interval
		}
	}
	return []Setting{{setSentences, strings.Join(list, ",")}}
}

// explain lists the kinds of sentences that are sent.
func (o sentenceOrder) explain(v string) string {
	var sent []string
	for i, interval := range strings.Split(v, ",") {
		if i >= len(o) || o[i] == "" || interval == "0" {
			continue
		}
		if interval == "1" {
			sent = append(sent, o[i])
		} else {
			sent = append(sent, fmt.Sprintf("%s (every %s s)", o[i], interval))
		}
	}
	if len(sent) == 0 {
		return "no sentences"
	}
	return strings.Join(sent, " ")
}

// check returns an error for a list of intervals that a receiver cannot have.
func (o sentenceOrder) check(v string, maxInterval, maxFields int) ([]int, error) {
	var list []int
	for _, field := range strings.Split(v, ",") {
		n, err := strconv.Atoi(field)
		if err != nil || n < 0 || n > maxInterval {
			return nil, fmt.Errorf("%s %q: expected intervals of 0 to %d s", setSentences, v, maxInterval)
		}
		list = append(list, n)
	}
	if len(list) < len(o) || len(list) > maxFields {
		return nil, fmt.Errorf("%s %q: expected %d intervals", setSentences, v, len(o))
	}
	return list, nil
}

// seen returns the list of intervals of the sentences that arrive.
func (o sentenceOrder) seen(l *link) (Setting, error) {
	s, err := l.observe(epochsObserved)
	if err != nil {
		return Setting{}, err
	}
	var list []string
	for _, kind := range o {
		n, err := s.interval(kind)
		if err != nil {
			return Setting{}, err
		}
		list = append(list, strconv.Itoa(n))
	}
	return Setting{setSentences, strings.Join(list, ",")}, nil
}

// query sends a sentence, and returns the fields of the first answer that begins with a
// prefix.
func query(l *link, text, prefix string, refused func(string) bool) (fields []string, err error) {
	err = l.ask(receiver.Sentence(text), func(f frame) (bool, error) {
		switch {
		case f.protocol != nmeaText:
		case strings.HasPrefix(f.text, prefix):
			fields = strings.Split(strings.TrimPrefix(f.text, prefix), ",")
			return true, nil
		case refused(f.text):
			return true, errRefused
		}
		return false, nil
	})
	return fields, err
}

// linkBaud is the rate of the port, which is that of the receiver.
func linkBaud(l *link) []Setting {
	if !l.wire {
		return nil
	}
	return []Setting{{Baud, strconv.Itoa(l.baud)}}
}

// A mediatek is a MT3329, MT3333 or MT3339: PMTK commands, from the PMTK command packet
// manuals of GlobalTop (A11) and Quectel (L76 series GNSS protocol specification).
//
//	PMTK001,cmd,flag   answer: 0 invalid, 1 unsupported, 2 failed, 3 succeeded
//	PMTK251,rate       baud rate; not answered
//	PMTK314,...        intervals of the sentences
//	PMTK414            asks for them; the answer is PMTK514,...
//	PMTK605            asks for the firmware; the answer is PMTK705,...
//
// The pulse (PMTK285) is left alone: its settings cannot be read, so they could not be
// restored. There is no stationary model.
type mediatek struct{}

// mediatekOrder is that of PMTK314.
var mediatekOrder = sentenceOrder{"GLL", "RMC", "VTG", "GGA", "GSA", "GSV", "GRS", "GST", "", "", "", "", "", "", "", "", "", "ZDA", ""}

const (
	mediatekMaxInterval = 5
	mediatekMaxFields   = 22 // of PA1010D
)

// pmtkRefused returns a function that reports whether an answer refuses a command.
func pmtkRefused(command string) func(string) bool {
	return func(text string) bool {
		flag, ok := strings.CutPrefix(text, "PMTK001,"+command+",")
		return ok && flag != "3"
	}
}

func (mediatek) identify(l *link) (Identity, error) {
	fields, err := query(l, "PMTK605", "PMTK705,", pmtkRefused("605"))
	return Identity{"mediatek", printable("MediaTek " + strings.Join(fields, " "))}, err
}

func (mediatek) read(l *link) ([]Setting, error) {
	fields, err := query(l, "PMTK414", "PMTK514,", pmtkRefused("414"))
	if err != nil {
		return nil, fmt.Errorf("read the sentences: %w", err)
	}
	v := strings.Join(fields, ",")
	if _, err := mediatekOrder.check(v, mediatekMaxInterval, mediatekMaxFields); err != nil {
		return nil, err
	}
	return append([]Setting{{setSentences, v}}, linkBaud(l)...), nil
}

func (m mediatek) readBack(l *link, name string) (string, error) {
	if name == Baud {
		return heardRate(l)
	}
	list, err := m.read(l)
	v, _ := value(list, name)
	return v, err
}

func (mediatek) want(group Group, now []Setting) []Setting { return mediatekOrder.want(group, now) }

func (mediatek) write(l *link, s Setting) error {
	if s.Name == Baud {
		rate, err := rateOf(s.Value)
		if err != nil {
			return err
		}
		return l.changeBaud(receiver.Sentence("PMTK251,"+s.Value), rate, textRefused(pmtkRefused("251")))
	}
	if _, err := mediatekOrder.check(s.Value, mediatekMaxInterval, mediatekMaxFields); err != nil || s.Name != setSentences {
		return fmt.Errorf("unknown setting %q: %w", s.Name, err)
	}
	_, err := query(l, "PMTK314,"+s.Value, "PMTK001,314,3", pmtkRefused("314"))
	return err
}

// textRefused applies a test to the text of a frame.
func textRefused(refused func(string) bool) func(frame) bool {
	return func(f frame) bool { return f.protocol == nmeaText && refused(f.text) }
}

func (mediatek) explain(s Setting) string { return explainList(mediatekOrder, s) }

func (mediatek) keeps() string {
	return "until it loses power; with a backup battery, until that is empty"
}

func explainList(o sentenceOrder, s Setting) string {
	if s.Name == setSentences {
		return o.explain(s.Value)
	}
	return s.Value
}

// A casic is an AT6558 or ATGM336H: PCAS sentences, from the CASIC multimode satellite
// navigation receiver protocol specification, V4.2, chapter 1.5, and Quectel's L76K GNSS
// protocol specification.
//
//	PCAS00             stores all settings in flash
//	PCAS01,code        baud rate: 0 4800, 1 9600, 2 19200, 3 38400, 4 57600, 5 115200
//	PCAS03,...         intervals of GGA GLL GSA GSV RMC VTG ZDA TXT
//	PCAS06,0           asks for the firmware; the answer is a TXT with SW=
//
// None is acknowledged, and nothing but the firmware can be asked for. So the sentences are
// watched, before and after. The dynamic model (PCAS11) is left alone: it cannot be seen.
type casic struct{}

var (
	casicOrder = sentenceOrder{"GGA", "GLL", "GSA", "GSV", "RMC", "VTG", "ZDA", "TXT"}
	casicBauds = []int{4800, 9600, 19200, 38400, 57600, 115200}
)

const casicMaxInterval = 9

func (casic) identify(l *link) (Identity, error) {
	name := ""
	err := l.ask(receiver.Sentence("PCAS06,0"), func(f frame) (bool, error) {
		_, after, ok := strings.Cut(f.text, ",SW=")
		name = after
		return ok && f.protocol == nmeaText, nil
	})
	return Identity{"casic", printable("CASIC " + strings.ReplaceAll(name, ",", " "))}, err
}

func (casic) read(l *link) ([]Setting, error) {
	s, err := casicOrder.seen(l)
	return append([]Setting{s}, linkBaud(l)...), err
}

func (casic) want(group Group, now []Setting) []Setting { return casicOrder.want(group, now) }

func (casic) write(l *link, s Setting) error {
	if s.Name != Baud {
		if _, err := casicOrder.check(s.Value, casicMaxInterval, len(casicOrder)); err != nil || s.Name != setSentences {
			return fmt.Errorf("unknown setting %q: %w", s.Name, err)
		}
		return l.send(receiver.Sentence("PCAS03," + s.Value))
	}
	rate, err := rateOf(s.Value)
	if err != nil {
		return err
	}
	code := slices.Index(casicBauds, rate)
	if code < 0 {
		return fmt.Errorf("baud rate %d: this family has %v: %w", rate, casicBauds, errRefused)
	}
	return l.changeBaud(receiver.Sentence("PCAS01,"+strconv.Itoa(code)), rate, nil)
}

func (casic) explain(s Setting) string { return explainList(casicOrder, s) }

func (casic) keeps() string {
	return "until it loses power; with a backup battery, until that is empty"
}

func (casic) readStored(*link, []Setting) ([]Stored, error) { return nil, nil }
func (casic) store(l *link, _ []Setting) error              { return l.send(receiver.Sentence("PCAS00")) }

func (c casic) restoreStored(l *link, _ []Stored, _ []Setting) error { return c.store(l, nil) }

func (casic) readBack(l *link, name string) (string, error) { return watched(l, casicOrder, name) }

// watched returns what is seen of a setting: the sentences, or the rate at which they
// arrive.
func watched(l *link, o sentenceOrder, name string) (string, error) {
	if name == Baud {
		return heardRate(l)
	}
	s, err := o.seen(l)
	return s.Value, err
}

// heardRate returns the rate of the port, if sentences arrive at it.
func heardRate(l *link) (string, error) {
	rate := l.baud
	return strconv.Itoa(rate), l.find([]int{rate})
}

// An airoha is a Quectel LC26G, LC76G, LC86G or LC29H: PAIR sentences, from Quectel's GNSS
// protocol specification for LC26G, LC76G and LC86G, V1.1.
//
//	PAIR001,cmd,result     answer: 0 succeeded, 1 in progress, 2 failed, 3 unsupported, 4 wrong parameter, 5 busy
//	PAIR062,type,interval  interval of a sentence: 0 off
//	PAIR063,type           asks for it; the answer is PAIR063,type,interval
//	PAIR513                stores the settings in flash
//	PAIR864,0,0,rate       baud rate of UART 0, from the next start of most firmware on
//	PAIR865,0,0            asks for it; the answer is PAIR865,rate
//	PQTMVERNO              asks for the firmware; the answer is PQTMVERNO,version,date,time
//
// The pulse (PAIR752) is left alone: its settings cannot be read. There is no stationary
// model: the navigation modes 2 to 4 are reserved.
type airoha struct{ waits bool }

// airohaTypes are the sentences in PAIR062, by their type.
var airohaTypes = []string{"GGA", "GLL", "GSA", "GSV", "RMC", "VTG", "ZDA", "GRS", "GST"}

// pairRefused returns a function that reports whether an answer refuses a command.
func pairRefused(command string) func(string) bool {
	return func(text string) bool {
		result, ok := strings.CutPrefix(text, "PAIR001,"+command+",")
		return ok && result != "0" && result != "1"
	}
}

func (*airoha) identify(l *link) (Identity, error) {
	fields, err := query(l, "PQTMVERNO", "PQTMVERNO,", func(text string) bool { return strings.HasPrefix(text, "PQTMVERNO,ERROR") })
	return Identity{"airoha", printable("Quectel " + strings.Join(fields, " "))}, err
}

func (a *airoha) read(l *link) (list []Setting, err error) {
	var names []string
	for _, kind := range airohaTypes {
		names = append(names, setNMEA+kind)
	}
	if l.wire {
		names = append(names, Baud)
	}
	for _, name := range names {
		v, err := a.readBack(l, name)
		switch {
		case errors.Is(err, errRefused): // this firmware does not have it
		case err != nil:
			return nil, fmt.Errorf("read %s: %w", name, err)
		default:
			list = append(list, Setting{name, v})
		}
	}
	return list, nil
}

func (a *airoha) readBack(l *link, name string) (string, error) {
	if name == Baud {
		return a.readBaud(l)
	}
	i := slices.Index(airohaTypes, strings.TrimPrefix(name, setNMEA))
	if i < 0 {
		return "", fmt.Errorf("unknown setting %q", name)
	}
	fields, err := query(l, fmt.Sprintf("PAIR063,%d", i), fmt.Sprintf("PAIR063,%d,", i), pairRefused("063"))
	if err != nil {
		return "", err
	}
	if v, err := strconv.Atoi(fields[0]); err != nil || v < 0 || v > airohaMaxInterval {
		return "", fmt.Errorf("%q: expected 0 to %d", fields[0], airohaMaxInterval)
	}
	return fields[0], nil
}

// readBaud reads the rate that the receiver is set to, which may differ from the current
// one until it starts again.
func (a *airoha) readBaud(l *link) (string, error) {
	fields, err := query(l, "PAIR865,0,0", "PAIR865,", pairRefused("865"))
	if err != nil {
		return "", err
	}
	v := fields[len(fields)-1]
	_, err = rateOf(v)
	a.waits = v != strconv.Itoa(l.baud)
	return v, err
}

const airohaMaxInterval = 20

func (*airoha) want(group Group, _ []Setting) (list []Setting) {
	switch group {
	case GroupSentences:
		for _, name := range costly {
			list = append(list, Setting{setNMEA + name, "0"})
		}
	case GroupTime:
		for _, name := range timely {
			list = append(list, Setting{setNMEA + name, "1"})
		}
	}
	return list
}

func (a *airoha) write(l *link, s Setting) error {
	if s.Name == Baud {
		return a.writeBaud(l, s.Value)
	}
	kind, _ := strings.CutPrefix(s.Name, setNMEA)
	i := slices.Index(airohaTypes, kind)
	n, err := strconv.Atoi(s.Value)
	if i < 0 || err != nil || n < 0 || n > airohaMaxInterval {
		return fmt.Errorf("unknown setting %s %q", s.Name, s.Value)
	}
	_, err = query(l, fmt.Sprintf("PAIR062,%d,%d", i, n), "PAIR001,062,0", pairRefused("062"))
	return err
}

// writeBaud follows with the port only if the receiver changes its rate at once.
func (a *airoha) writeBaud(l *link, v string) error {
	rate, err := rateOf(v)
	if err != nil {
		return err
	}
	if _, err := query(l, "PAIR864,0,0,"+v, "PAIR001,864,0", pairRefused("864")); err != nil {
		return err
	}
	if err := l.pause(l.timing.Settle); err != nil {
		return err
	}
	err = l.find([]int{rate, l.baud})
	a.waits = l.baud != rate
	return err
}

func (*airoha) explain(s Setting) string {
	if strings.HasPrefix(s.Name, setNMEA) {
		return everySeconds(s.Value)
	}
	return s.Value
}

func (*airoha) keeps() string {
	return "until it loses power; with a backup battery, until that is empty"
}
func (a *airoha) later() bool { return a.waits }

func (*airoha) readStored(*link, []Setting) ([]Stored, error) { return nil, nil }

func (*airoha) store(l *link, _ []Setting) error {
	_, err := query(l, "PAIR513", "PAIR001,513,0", pairRefused("513"))
	return err
}

func (a *airoha) restoreStored(l *link, _ []Stored, _ []Setting) error { return a.store(l, nil) }
