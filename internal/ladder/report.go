package ladder

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/refclock/refclock/internal/status"
)

// Second returns the last complete second, or nil. The publication is that of any burst; the
// caller removes it if no sample was published.
func (k *Keeper) Second() *status.Second {
	k.mu.Lock()
	last := k.last
	k.mu.Unlock()
	if last.n == 0 || last.label.IsZero() {
		return nil
	}
	label := last.label.UnixNano()
	since := func(at int64) *int64 {
		if at == 0 {
			return nil
		}
		at -= label
		return &at
	}
	s := &status.Second{Second: last.label, FirstByteNS: since(last.first), PublishedNS: since(last.published), Sentences: []status.Sentence{}}
	for _, one := range last.sentences[:last.n] {
		s.Sentences = append(s.Sentences, status.Sentence{Type: string(one.address[:one.length]), EndNS: one.end - label})
	}
	return s
}

// Sky returns the satellites in view, by their names.
func (k *Keeper) Sky() []status.Satellite {
	const room = maxSentences / 2 * maxLine // so that nothing is allocated while the driver may wait
	sky, used := lines{text: make([]byte, 0, room)}, lines{text: make([]byte, 0, room)}
	k.mu.Lock()
	sky.set(&k.sky)
	used.set(&k.used)
	k.mu.Unlock()
	return parseSky(sky.list(), used.list())
}

func (l *lines) list() (list []string) {
	from := uint16(0)
	for _, to := range l.ends[:l.n] {
		list = append(list, string(l.text[from:to]))
		from = to
	}
	return list
}

// systems are the constellations of the system field of GSA, from 1 on (NMEA 4.10).
var systems = []string{"", "GP", "GL", "GA", "GB", "GQ"}

// parseSky parses sentences with satellites in view and in use:
//
//	$--GSV,sentences,number,in view,then for each satellite: number,elevation,azimuth,signal
//	$--GSA,A,fixtype,12 satellites,pdop,hdop,vdop,system
func parseSky(view, use []string) []status.Satellite {
	used := parseUsed(use)
	sky := []status.Satellite{}
	for _, line := range view {
		f := fields(line)
		for i := 4; i+3 < len(f); i += 4 {
			n, ok := number(f[i], 1, 999)
			if !ok {
				continue
			}
			s := status.Satellite{ID: name(line[1:3], n), Elevation: known(f[i+1], -90, 90), Azimuth: known(f[i+2], 0, 360), SNR: known(f[i+3], 0, 99)}
			s.Used = used[s.ID] || used[name("GN", n)] // a GN without a system names any
			sky = merge(sky, s)
		}
	}
	slices.SortFunc(sky, func(a, b status.Satellite) int { return cmp.Compare(a.ID, b.ID) })
	return sky
}

// parseUsed returns the names of the satellites in use.
func parseUsed(use []string) map[string]bool {
	used := map[string]bool{}
	for _, line := range use {
		f := fields(line)
		if len(f) < 15 {
			continue
		}
		system := line[1:3]
		if n, ok := number(at(f, 18), 1, len(systems)-1); ok {
			system = systems[n]
		}
		for _, text := range f[3:15] {
			if n, ok := number(text, 1, 999); ok {
				used[name(system, n)] = true
			}
		}
	}
	return used
}

// merge adds a satellite. One that is received on several frequencies has the best signal.
func merge(sky []status.Satellite, s status.Satellite) []status.Satellite {
	place := slices.IndexFunc(sky, func(o status.Satellite) bool { return o.ID == s.ID })
	switch {
	case place < 0:
		return append(sky, s)
	case s.SNR != nil && (sky[place].SNR == nil || *s.SNR > *sky[place].SNR):
		sky[place].SNR = s.SNR
	}
	return sky
}

// fields returns the fields of a sentence, without its checksum.
func fields(line string) []string {
	line, _, _ = strings.Cut(line, "*")
	if len(line) < 6 || line[0] != '$' {
		return nil
	}
	return strings.Split(line, ",")
}

func at(f []string, i int) string {
	if i >= len(f) {
		return ""
	}
	return f[i]
}

func number(text string, minValue, maxValue int) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= minValue && n <= maxValue
}

func known(text string, minValue, maxValue int) *int {
	n, ok := number(text, minValue, maxValue)
	if !ok {
		return nil
	}
	return &n
}

// name returns the name of a satellite, such as GP07.
func name(system string, n int) string {
	if system == "BD" {
		system = "GB"
	}
	digits := strconv.Itoa(n)
	if n < 10 {
		digits = "0" + digits
	}
	return system + digits
}
