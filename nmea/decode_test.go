package nmea_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/refclock/refclock/nmea"
)

func TestDecodeRejects(t *testing.T) {
	good := rmc("093000.00", "A", may20)
	tests := []struct {
		name string
		raw  string
		want error // nil for any
	}{
		{"one bit of the sum", missummed(good), nmea.ErrChecksum},
		{"one digit of the time", strings.Replace(summed(good), "0930", "0931", 1), nmea.ErrChecksum},
		{"no sum", "$" + good, nmea.ErrNoChecksum},
		{"a star and no sum", "$" + good + "*", nmea.ErrNoChecksum},
		{"half a sum", summed(good)[:len(good)+3], nmea.ErrChecksum},
		{"no address", summed(""), nil},
		{"no address but fields", summed(",093000.00,A"), nil},
		{"a dollar alone", "$", nil},
		{"nothing", "", nil},
		{"text", "hello", nil},
		{"broken tag block", `$GPTXT,\*36`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := nmea.NewDecoder().Decode([]byte(test.raw))
			if err == nil {
				t.Fatalf("no error, but %+v", r)
			}
			if test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("error is %q, want one that wraps %q", err, test.want)
			}
			if r != (nmea.Report{}) {
				t.Errorf("an error and %+v", r)
			}
		})
	}
}

// Some receivers send checksums in lower case.
func TestDecodeLowerCaseChecksum(t *testing.T) {
	raw := []byte(summed("GPGLL,"))
	for i := len(raw) - 2; i < len(raw); i++ {
		raw[i] |= 'a' ^ 'A' // digits already have the bit
	}
	if _, err := nmea.NewDecoder().Decode(raw); err != nil {
		t.Error(err)
	}
}

func TestDecodeAddress(t *testing.T) {
	tests := []struct{ body, want string }{
		{"GNRMC,", "GNRMC"},
		{"GNRMC", "GNRMC"},
		{"PGRMF", "PGRMF"},
		{"PUBX,04,,", "PUBX,04"}, // the field is part of the type
		{"PUBX,", "PUBX,"},
		{"PUBX", "PUBX"},
		{"PMTK001,220,3", "PMTK001"},
		{"P", "P"},
		{"RMC,", "RMC"},
		{"A", "A"},
		{"GNLONGER,1", "GNLONGER"},
		{"GPGLQ,GGA", "GPGLQ"}, // a query
	}
	for _, test := range tests {
		if got := mustDecode(t, summed(test.body)).Address; got != test.want {
			t.Errorf("%s: address is %q, want %q", test.body, got, test.want)
		}
	}
	r, err := nmea.NewDecoder().Decode([]byte(summed(zda("253000", "20,05,2026"))))
	if err == nil || r.Address != "GPZDA" {
		t.Errorf("%q, %v: want the address beside the error", r.Address, err)
	}
}

// Other sentences are ignored, even if something in them looks like a time.
func TestDecodeIgnores(t *testing.T) {
	for _, body := range []string{
		"GPTXT,01,01,02,093000",
		"GNVTG,,T,,M,0.05,N,0.09,K,A",
		"GPZTG,093000,001500,HOME",
		"GNGBS,093000.00,1.2,0.9,2.8,,,,",
		"GNGST,093000.00,7.1,,,,3.1,2.9,4.4",
		"PUBX,00,093000.00," + place + ",47.5,G3,2.1,2.0,0.02,77.5,0.007,,0.92,1.1,0.8,9,0,0",
		"PUBX,03,01,05,U,120,61,44,64",
		"PUBX",
		"PRMC,093000.00,A," + place + ",0.05,,200526,,,A",
		"PMTK010,001",
		"gprmc,093000.00,A," + place + ",0.05,,200526,,,A",
		"GPRM,093000.00,A",
		"GPRMCX,093000.00,A",
	} {
		r := mustDecode(t, summed(body))
		r.Address = ""
		if r != (nmea.Report{}) {
			t.Errorf("%s: report %+v", body, r)
		}
	}
}

// Some receivers omit the last fields, and some lines are cut where the checksum is right by chance.
func TestDecodeSentencesCutShort(t *testing.T) {
	for _, body := range []string{
		rmc("093000.00", "A", may20) + "A,V",
		gga("093000.00", "1"),
		"GNGNS,093000.00," + place + ",AAN,12,0.9,4.2,17.1,,,V",
		gll("093000.00", "A") + "A",
		zda("093000.00", "20,05,2026"),
		"GPZDG,093001.00,20,05,2026,4.2,V",
		"PUBX,04,093000.00,200526,293400.00,2419,18,12345,17.2,21",
		"PGRMF,371,293418,200526,093000,18,0007.4000,N,00012.6000,E,A,2,0,0,2,1",
		gsa + ",1",
		gsv(1) + ",1",
	} {
		whole := mustDecode(t, summed(body))
		for n := range len(body) {
			cut := body[:n]
			r, err := nmea.NewDecoder().Decode([]byte(summed(cut)))
			switch {
			case err != nil && r != (nmea.Report{Address: r.Address}):
				t.Errorf("%s: %v, but report %+v", cut, err, r)
			case r.HasTime && r.Time != whole.Time, !r.Date.IsZero() && r.Date != whole.Date:
				t.Errorf("%s: names %v %v, whole %v %v", cut, r.Date, r.Time, whole.Date, whole.Time)
			}
		}
	}
}
