package sim_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

// A symptom checks a burst with a fault; healthy is the same burst without it.
type symptom func(t *testing.T, healthy, ill sim.Burst)

// during expects a symptom in seconds [from, to), and healthy bursts outside.
func during(from, to int, here symptom) symptom {
	return func(t *testing.T, healthy, ill sim.Burst) {
		if ill.Index >= from && ill.Index < to {
			here(t, healthy, ill)
			return
		}
		if !bytes.Equal(ill.Bytes, healthy.Bytes) {
			t.Errorf("burst %d is not healthy:\n%s", ill.Index, ill.Bytes)
		}
	}
}

// claims expects another label than the true one, also in the RMC.
func claims(label func(second time.Time) string) symptom {
	return func(t *testing.T, _, ill sim.Burst) {
		want := label(ill.Second)
		if got := ill.Label.String(); got != want {
			t.Errorf("burst %d claims %s, want %s", ill.Index, got, want)
		}
		day, clock, _ := strings.Cut(strings.TrimSuffix(want, "Z"), "T")
		rmc := find(ill, "RMC")[0]
		if rmc[1] != strings.ReplaceAll(clock, ":", "")+".00" || rmc[9] != day[8:10]+day[5:7]+day[2:4] {
			t.Errorf("burst %d: RMC %q, want %s", ill.Index, rmc, want)
		}
		if rmc[2] != "A" {
			t.Errorf("burst %d: RMC %q, want status A", ill.Index, rmc)
		}
	}
}

// moved expects the true second plus a duration.
func moved(by time.Duration) symptom {
	return claims(func(second time.Time) string { return second.Add(by).Format(time.RFC3339) })
}

func void(t *testing.T, _, ill sim.Burst) {
	if ill.Valid {
		t.Errorf("burst %d is valid", ill.Index)
	}
	rmc, gga, gll, gsa := find(ill, "RMC")[0], find(ill, "GGA")[0], find(ill, "GLL")[0], find(ill, "GSA")[0]
	if rmc[2] != "V" || rmc[3]+rmc[7] != "" || rmc[12] != "N" || rmc[1] == "" || rmc[9] == "" {
		t.Errorf("burst %d: RMC %q, want V, N, and only time and date", ill.Index, rmc)
	}
	if gga[6] != "0" || gga[2] != "" || gll[6] != "V" || gll[7] != "N" || gsa[2] != "1" || gsa[3] != "" {
		t.Errorf("burst %d: GGA %q, GLL %q, GSA %q, want them void", ill.Index, gga, gll, gsa)
	}
}

// dateless expects no fix and no date.
func dateless(t *testing.T, _, ill sim.Burst) {
	if rmc := find(ill, "RMC")[0]; ill.Valid || rmc[2] != "V" || rmc[1] == "" || rmc[9] != "" {
		t.Errorf("burst %d: RMC %q, want V with a time and without a date", ill.Index, rmc)
	}
}

// from1980 expects a count from the start of GPS time.
var from1980 = claims(func(second time.Time) string {
	return time.Unix(315_964_800, 0).UTC().Add(second.Sub(sim.DefaultStart)).Format(time.RFC3339)
})

// first expects one symptom in the first n seconds, and then another.
func first(n int, here, later symptom) symptom {
	return func(t *testing.T, healthy, ill sim.Burst) {
		if ill.Index < n {
			here(t, healthy, ill)
			return
		}
		later(t, healthy, ill)
	}
}

const week = 7 * 24 * time.Hour

// oneSentenceMoved expects a burst in which only RMC is moved.
func oneSentenceMoved(by time.Duration) symptom {
	return func(t *testing.T, healthy, ill sim.Burst) {
		moved := ill.Second.Add(by)
		for i, line := range lines(ill) {
			want := lines(healthy)[i]
			if line[3:6] != "RMC" {
				if line != want {
					t.Errorf("%q, want the healthy %q", line, want)
				}
				continue
			}
			fields := strings.Split(line, ",")
			if !sound(line) || fields[1] != moved.Format("150405.00") || fields[9] != moved.Format("020106") {
				t.Errorf("%q, want it of %v", line, moved)
			}
		}
	}
}

// stalled expects the healthy bytes; those from second from on arrive at until.
func stalled(from int, until time.Duration) symptom {
	return func(t *testing.T, healthy, ill sim.Burst) {
		if !bytes.Equal(ill.Bytes, healthy.Bytes) {
			t.Errorf("burst %d: the bytes have changed", ill.Index)
		}
		want := healthy.End()
		if want >= time.Duration(from)*time.Second {
			want = max(want, until)
		}
		if got := ill.End(); got != want {
			t.Errorf("burst %d ends at %v, want %v", ill.Index, got, want)
		}
	}
}

func mute(t *testing.T, _, ill sim.Burst) {
	if len(ill.Bytes) > 0 {
		t.Errorf("burst %d is %q", ill.Index, ill.Bytes)
	}
}

// symptoms of each fault in u-blox bursts, except faults that change the start or are random.
var symptoms = map[string]symptom{
	"no-fix":   during(0, 100, void),
	"fix-lost": during(30, 60, void),
	"silence":  during(30, 40, mute),
	"hour-25": during(30, 35, claims(func(second time.Time) string {
		return second.Format("2006-01-02T") + "25" + second.Format(":04:05Z")
	})),
	"second-60": during(30, 31, claims(func(second time.Time) string {
		return second.Format("2006-01-02T15:04:") + "60Z"
	})),
	"minute-61": during(30, 35, claims(func(second time.Time) string {
		return second.Format("2006-01-02T15:") + "61" + second.Format(":05Z")
	})),
	"year-00": during(30, 35, claims(func(second time.Time) string { return "0000" + second.Format("-01-02T15:04:05Z") })),
	"year-80": during(0, 20, claims(func(second time.Time) string { return "1980" + second.Format("-01-02T15:04:05Z") })),
	"fractions": func(t *testing.T, _, ill sim.Burst) {
		want := ill.Second.Add(-10 * time.Millisecond)
		if ill.Second.Unix()%2 == 0 {
			want = ill.Second.Add(10 * time.Millisecond)
		}
		if got := find(ill, "RMC")[0][1]; got != want.Format("150405.00") {
			t.Errorf("burst %d: RMC at %s, want %s", ill.Index, got, want.Format("150405.00"))
		}
	},
	"fix-flapping": func(t *testing.T, healthy, ill sim.Burst) {
		if ill.Index >= 10 && ill.Index%2 == 0 {
			void(t, healthy, ill)
		} else if !ill.Valid {
			t.Errorf("burst %d is void", ill.Index)
		}
	},
	"stalled-hub":      stalled(30, 33400*time.Millisecond),
	"stalled-hub-long": stalled(30, 39900*time.Millisecond),
	"duplicated-sentences": func(t *testing.T, healthy, ill sim.Burst) {
		for i, line := range lines(ill) {
			if want := lines(healthy)[i/2]; line != want || len(ill.Bytes) != 2*len(healthy.Bytes) {
				t.Errorf("burst %d: line %d is %q, want %q", ill.Index, i, line, want)
			}
		}
	},
	"interleaved-epochs": func(t *testing.T, healthy, ill sim.Burst) {
		want := "GSV GLL"
		if got := kinds(healthy); !strings.HasSuffix(got, want) {
			t.Fatalf("a healthy burst is %s", got)
		}
		want = "RMC GLL VTG GGA GSA GSV"
		if ill.Index == 0 {
			want = "RMC VTG GGA GSA GSV"
		}
		if got := kinds(ill); got != want {
			t.Fatalf("burst %d is %s, want %s", ill.Index, got, want)
		}
		if ill.Index > 0 {
			before := ill.Second.Add(-time.Second).Format("150405.00")
			if gll := find(ill, "GLL")[0]; gll[5] != before {
				t.Errorf("burst %d: GLL %q, want it of %s", ill.Index, gll, before)
			}
		}
	},
	"mixed-talkers": func(t *testing.T, healthy, ill sim.Burst) {
		for i, line := range lines(ill) {
			talker := []string{"GN", "GP", "GL", "BD"}[i%4]
			if body, _, _ := strings.Cut(lines(healthy)[i], "*"); !sound(line) || !strings.HasPrefix(line, "$"+talker+body[3:]) {
				t.Errorf("%q, want %s with talker %s", line, body, talker)
			}
		}
	},
	"wrong-checksum": func(t *testing.T, healthy, ill sim.Burst) {
		for i, line := range lines(ill) {
			if want := lines(healthy)[i]; sound(line) || line[:len(line)-4] != want[:len(want)-4] {
				t.Errorf("%q, want %q with another checksum", line, want)
			}
		}
	},
	"lower-case-checksum": func(t *testing.T, healthy, ill sim.Burst) {
		for i, line := range lines(ill) {
			body, sum, _ := strings.Cut(line, "*")
			if sum != strings.ToLower(sum) || body+"*"+strings.ToUpper(sum) != lines(healthy)[i] {
				t.Errorf("%q, want %q with a checksum in lower case", line, lines(healthy)[i])
			}
		}
	},
	"pulse-without-fix":        during(30, 100, void),
	"pulse-without-fix-drifts": during(30, 100, void),
	"pulse-only-with-fix":      during(30, 60, void),
	"pulse-and-nmea-lost":      during(30, 33, mute),
	"bad-date": during(30, 35, claims(func(second time.Time) string {
		return second.Format("2006-") + "02-31" + second.Format("T15:04:05Z")
	})),
	"rollover":                   during(0, 100, moved(-1024*week)),
	"rollover-in-1970":           during(0, 100, moved(-1024*week)),
	"rollover-in-2090":           during(0, 100, moved(-1024*week)),
	"rollover-twice":             during(0, 100, moved(-2048*week)),
	"rollover-twice-in-1970":     during(0, 100, moved(-2048*week)),
	"rollover-twice-in-2090":     during(0, 100, moved(-2048*week)),
	"rollover-ahead":             during(0, 100, moved(1024*week)),
	"rollover-ahead-in-1970":     during(0, 100, moved(1024*week)),
	"rollover-ahead-in-2090":     during(0, 100, moved(1024*week)),
	"cold-1980":                  during(0, 20, from1980),
	"cold-utc-1s-ahead":          first(20, from1980, during(0, 720, moved(time.Second))),
	"cold-utc-18s-ahead":         first(20, from1980, during(0, 720, moved(18*time.Second))),
	"cold-void-utc-18s-ahead":    first(20, dateless, during(0, 720, moved(18*time.Second))),
	"jump-second-ahead-sentence": during(30, 31, oneSentenceMoved(time.Second)),
	"jump-second-ahead":          during(30, 31, moved(time.Second)),
	"jump-second-ahead-for-good": during(30, 100, moved(time.Second)),
	"jump-second-back-sentence":  during(30, 31, oneSentenceMoved(-time.Second)),
	"jump-second-back":           during(30, 31, moved(-time.Second)),
	"jump-second-back-for-good":  during(30, 100, moved(-time.Second)),
	"jump-hour-back-sentence":    during(30, 31, oneSentenceMoved(-time.Hour)),
	"jump-hour-back":             during(30, 31, moved(-time.Hour)),
	"jump-hour-back-for-good":    during(30, 100, moved(-time.Hour)),
	"jump-day-ahead-sentence":    during(30, 31, oneSentenceMoved(24*time.Hour)),
	"jump-day-ahead":             during(30, 31, moved(24*time.Hour)),
	"jump-day-ahead-for-good":    during(30, 100, moved(24*time.Hour)),
	"utc-1s-ahead":               during(0, 720, moved(time.Second)),
	"utc-3s-ahead":               during(0, 720, moved(3*time.Second)),
	"utc-18s-ahead":              during(0, 720, moved(18*time.Second)),
	"frozen":                     during(30, 40, claims(func(time.Time) string { return "2026-05-20T09:30:30Z" })),
	"simulator-mode": during(0, 100, func(t *testing.T, _, ill sim.Burst) {
		rmc, gga := find(ill, "RMC")[0], find(ill, "GGA")[0]
		if rmc[2] != "A" || rmc[12] != "S" || gga[6] != "8" {
			t.Errorf("burst %d: RMC %q, GGA %q, want A, S and 8", ill.Index, rmc, gga)
		}
	}),
	"no-checksum": func(t *testing.T, healthy, ill sim.Burst) {
		for i, line := range lines(ill) {
			if want := lines(healthy)[i]; line != want[:len(want)-len("*00\r\n")]+"\r\n" {
				t.Errorf("%q, want %q without a checksum", line, want)
			}
		}
	},
	"missing-cr": func(t *testing.T, healthy, ill sim.Burst) {
		if want := strings.ReplaceAll(string(healthy.Bytes), "\r", ""); string(ill.Bytes) != want {
			t.Errorf("%q, want %q", ill.Bytes, want)
		}
	},
	"zdg": func(t *testing.T, healthy, ill sim.Burst) {
		zdg, healthyBytes := find(ill, "GPZDG"), ill.Bytes[:len(healthy.Bytes)]
		if !bytes.Equal(healthyBytes, healthy.Bytes) || len(zdg) != 1 {
			t.Fatalf("%q, want the healthy burst and one ZDG", ill.Bytes)
		}
		if want := ill.Second.Add(19 * time.Second).Format("150405.00"); zdg[0][1] != want {
			t.Errorf("ZDG %q, want GPS time of the next second %s", zdg[0], want)
		}
	},
	"long-line": func(t *testing.T, healthy, ill sim.Burst) {
		txt, rest := "", lines(ill)
		if ill.Second.Second()%5 == 0 {
			txt, rest = rest[0], rest[1:]
			if len(txt) < 500 || len(txt) > 520 || !sound(txt) {
				t.Errorf("burst %d begins with %q of %d bytes", ill.Index, txt, len(txt))
			}
		}
		if strings.Join(rest, "") != string(healthy.Bytes) {
			t.Errorf("burst %d: %q, want the healthy one", ill.Index, ill.Bytes)
		}
	},
	"binary": func(t *testing.T, healthy, ill sim.Burst) {
		rest := ill.Bytes
		for _, line := range lines(healthy) {
			const size = 8 + 20 // of the frame: header and checksum, payload
			frame := rest[:size]
			if !bytes.HasPrefix(frame, []byte{0xb5, 0x62, 0x01, 0x22, 20, 0}) || !bytes.ContainsAny(frame, "$\n") {
				t.Fatalf("% x, want a UBX-NAV-CLOCK frame with '$' and line feed", frame)
			}
			var a, b byte
			for _, octet := range frame[2 : size-2] {
				a, b = a+octet, b+a+octet
			}
			if frame[size-2] != a || frame[size-1] != b {
				t.Errorf("frame % x, want checksum %x %x", frame, a, b)
			}
			if rest = rest[size:]; !strings.HasPrefix(string(rest), line) {
				t.Fatalf("%q follows a frame, want %q", rest, line)
			}
			rest = rest[len(line):]
		}
		if len(rest) > 0 {
			t.Errorf("%q is left over", rest)
		}
	},
}

func TestSymptoms(t *testing.T) {
	const baud = 19200 // the long line must not delay the next burst
	healthy := bursts(t, sim.Config{Baud: baud}, 730)
	for name, check := range symptoms {
		t.Run(name, func(t *testing.T) {
			n := 100
			if strings.HasPrefix(name, "utc-") {
				n = len(healthy)
			}
			for i, ill := range bursts(t, sim.Config{Baud: baud, Faults: []string{name}}, n) {
				if ill.Epoch != healthy[i].Epoch || ill.Start != healthy[i].Start || !ill.Second.Equal(healthy[i].Second) {
					t.Fatalf("burst %d: the fault moved it", i)
				}
				check(t, healthy[i], ill)
			}
		})
	}
}

func TestAllFaultsAreTested(t *testing.T) {
	elsewhere := map[string]bool{"corrupt-rmc": true, "lost-rmc": true, "noise": true}
	names := map[string]bool{}
	for _, fault := range sim.Faults() {
		_, calendar := places[fault.Name]
		_, delay := delays[fault.Name]
		_, bytes := damages[fault.Name]
		_, rate := rates[fault.Name]
		_, pulse := trains[fault.Name]
		_, clock := clocks[fault.Name]
		if symptoms[fault.Name] == nil && !elsewhere[fault.Name] && !calendar && !delay && !bytes && !rate && !pulse && !clock {
			t.Errorf("fault %s has no test", fault.Name)
		}
		if fault.Explain == "" || strings.Contains(fault.Explain, "\n") || fault.Group == "" {
			t.Errorf("fault %s is explained as %q in %q, want one line and a group", fault.Name, fault.Explain, fault.Group)
		}
		if strings.Trim(fault.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || names[fault.Name] {
			t.Errorf("fault %q: want a unique name in lower case", fault.Name)
		}
		names[fault.Name] = true
	}
}

func TestCorruptRMC(t *testing.T) {
	healthy := bursts(t, sim.Config{}, 1000)
	corrupt := 0
	for i, ill := range bursts(t, sim.Config{Faults: []string{"corrupt-rmc"}}, 1000) {
		for j, line := range lines(ill) {
			if want := lines(healthy[i])[j]; line != want {
				corrupt++
				if sound(line) || len(line) != len(want) || want[3:6] != "RMC" {
					t.Errorf("%q instead of %q", line, want)
				}
			}
		}
	}
	if corrupt < 70 || corrupt > 130 {
		t.Errorf("%d RMC in 1000 are corrupt, want about 100", corrupt)
	}
}

func TestLostRMC(t *testing.T) {
	lost := 0
	for _, ill := range bursts(t, sim.Config{Faults: []string{"lost-rmc"}}, 1000) {
		switch kinds(ill) {
		case "RMC VTG GGA GSA GSV GLL":
		case "VTG GGA GSA GSV GLL":
			lost++
		default:
			t.Errorf("burst %d: %s", ill.Index, kinds(ill))
		}
	}
	if lost < 70 || lost > 130 {
		t.Errorf("%d RMC in 1000 are lost, want about 100", lost)
	}
}

func TestNoise(t *testing.T) {
	healthy := bursts(t, sim.Config{}, 100)
	var sentences, disturbed, nuls int
	for i, ill := range bursts(t, sim.Config{Faults: []string{"noise"}}, 100) {
		rest := ill.Bytes
		for _, line := range lines(healthy[i]) {
			at := bytes.Index(rest, []byte(line))
			if at < 0 || at > 12 {
				t.Fatalf("burst %d: %d bytes before %q, want at most 12", i, at, line)
			}
			sentences++
			if at > 0 {
				disturbed++
			}
			nuls += bytes.Count(rest[:at], []byte{0})
			rest = rest[at+len(line):]
		}
	}
	if disturbed < sentences/4 || disturbed > sentences/2 || nuls == 0 {
		t.Errorf("noise before %d of %d sentences with %d NULs", disturbed, sentences, nuls)
	}
}

func TestMidnight(t *testing.T) {
	config := sim.Config{Profile: "mt3339", Start: at(13, 37, 0), Faults: []string{"midnight"}}
	all := bursts(t, config, 32)
	for index, want := range map[int]struct{ label, clock, date string }{
		0:  {"2026-05-20T23:59:30Z", "235930.000", "200526"},
		29: {"2026-05-20T23:59:59Z", "235959.000", "200526"},
		30: {"2026-05-21T00:00:00Z", "000000.000", "210526"},
	} {
		b := all[index]
		if got := b.Label.String(); got != want.label {
			t.Errorf("burst %d is %s, want %s", index, got, want.label)
		}
		if gga := find(b, "GGA")[0]; gga[1] != want.clock {
			t.Errorf("burst %d: GGA %q, want %s", index, gga, want.clock)
		}
		if rmc := find(b, "RMC")[0]; rmc[9] != want.date {
			t.Errorf("burst %d: RMC %q, want %s", index, rmc, want.date)
		}
	}
}

func TestLeapSecond(t *testing.T) {
	config := sim.Config{Profile: "mt3339", Rate: 2, Baud: 38400, Faults: []string{"leap-second"}}
	all := bursts(t, punctual(config), 70)
	midnight := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for index, want := range map[int]struct {
		label  string
		second time.Time
	}{
		0:  {"2026-12-31T23:59:30Z", midnight.Add(-30 * time.Second)},
		59: {"2026-12-31T23:59:59.500Z", midnight.Add(-time.Second / 2)},
		60: {"2026-12-31T23:59:60Z", midnight},
		61: {"2026-12-31T23:59:60.500Z", midnight.Add(time.Second / 2)},
		62: {"2027-01-01T00:00:00Z", midnight},
		69: {"2027-01-01T00:00:03.500Z", midnight.Add(3500 * time.Millisecond)},
	} {
		b := all[index]
		if got := b.Label.String(); got != want.label || !b.Second.Equal(want.second) {
			t.Errorf("burst %d is %s, %v, want %s, %v", index, got, b.Second, want.label, want.second)
		}
	}
	if zda := find(all[60], "ZDA")[0]; zda[1] != "235960.000" || zda[2]+zda[3]+zda[4] != "31122026" {
		t.Errorf("ZDA %q, want 23:59:60 of the last day", zda)
	}
	for i, b := range all[1:] {
		if gap := b.Start - all[i].Start; gap != time.Second/2 {
			t.Errorf("burst %d starts %v after the previous one: a leap second must last a second", b.Index, gap)
		}
	}
}

func TestFaultsTogether(t *testing.T) {
	both := bursts(t, sim.Config{Faults: []string{"lost-rmc", "fix-lost"}}, 100)
	lost := bursts(t, sim.Config{Faults: []string{"lost-rmc"}}, 100)
	for i := range both {
		if kinds(both[i]) != kinds(lost[i]) {
			t.Errorf("burst %d: %s with another fault, %s without", i, kinds(both[i]), kinds(lost[i]))
		}
		if void := i >= 30 && i < 60; both[i].Valid == void {
			t.Errorf("burst %d: valid %v", i, both[i].Valid)
		}
	}
}
