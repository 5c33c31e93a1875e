package receiver

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/refclock/refclock/internal/sim"
	"github.com/refclock/refclock/nmea"
)

// guessOf returns the guess for a stream of bytes.
func guessOf(stream []byte) Guess {
	var recogniser Recogniser
	framer, decoder := nmea.NewFramer(0), nmea.NewDecoder()
	framer.Push(nmea.Stamp{}, stream)
	for {
		s, ok := framer.Next()
		if !ok {
			return recogniser.Guess()
		}
		if _, err := decoder.Decode(s.Raw); err == nil {
			recogniser.Add(s.Raw)
		}
	}
}

// lines returns a stream that has each sentence twice, with checksums.
func lines(texts ...string) []byte {
	var b []byte
	for range 2 {
		for _, text := range texts {
			b = append(b, sentence(text)...)
		}
	}
	return b
}

func TestRecognise(t *testing.T) {
	const (
		rmcOfUblox = "GPRMC,083559.00,A,4717.11437,N,00833.91522,E,0.004,77.52,091202,,,A"
		vtgOfUblox = "GPVTG,77.52,T,,M,0.004,N,0.008,K,A"
		ggaOfUblox = "GPGGA,083559.00,4717.11437,N,00833.91522,E,1,08,1.01,499.6,M,48.0,M,,"
	)
	for name, c := range map[string]struct {
		sentences []string
		family    string
		sure      bool
	}{
		"nothing":                         {nil, "", false},
		"u-blox by its habits":            {[]string{rmcOfUblox, vtgOfUblox, ggaOfUblox}, "u-blox", false},
		"u-blox without VTG":              {[]string{rmcOfUblox, ggaOfUblox}, "u-blox", false},
		"u-blox by PUBX":                  {[]string{"PUBX,04,073731.00,091202,113851.00,1196,15D,1930035,-2660.664,43"}, "u-blox", false},
		"u-blox 7 that starts":            {[]string{"GNTXT,01,01,02,u-blox AG - www.u-blox.com", "GNTXT,01,01,02,PROTVER 14.00"}, "u-blox", true},
		"u-blox 8 that starts":            {[]string{"GNTXT,01,01,02,PROTVER=18.00", rmcOfUblox}, "u-blox", true},
		"u-blox 8 set to NMEA 4.1":        {[]string{"GNTXT,01,01,02,PROTVER=23.01", rmcOfUblox + ",V"}, "u-blox", true},
		"u-blox 10 that starts":           {[]string{"GNTXT,01,01,02,PROTVER=34.10", rmcOfUblox}, "u-blox-9", true},
		"u-blox 9 by its habits":          {[]string{rmcOfUblox + ",V", vtgOfUblox, ggaOfUblox}, "u-blox-9", false},
		"u-blox without a fix":            {[]string{"GPRMC,083559.00,V,,,,,,,091202,,,N", "GPVTG,,,,,,,,,N", "GPGGA,083559.00,,,,,0,00,99.99,,,,,,"}, "u-blox", false},
		"u-blox, a version cut off":       {[]string{"GNTXT,01,01,02,PROTVER=1"}, "u-blox", false},
		"MediaTek that starts":            {[]string{"PMTK011,MTKGPS", "PMTK010,001"}, "mediatek", true},
		"Adafruit's antenna":              {[]string{"PGTOP,11,2"}, "mediatek", true},
		"MediaTek in the order of u-blox": {[]string{"GNRMC,080019.000,A,3150.7822,N,11711.9278,E,0.00,344.53,160916,,,A", "GNGGA,080019.000,3150.7822,N,11711.9278,E,1,13,0.78,67.4,M,0.0,M,,"}, "mediatek", false},
		"SiRF that starts":                {[]string{"PSRF150,1"}, "sirf", true},
		"SiRF by its habits":              {[]string{"GPGGA,161229.487,3723.2475,N,12158.3416,W,1,07,1.0,9.0,M,,,,0000"}, "sirf", false},
		"Garmin":                          {[]string{"PGRMT,GPS 18x-LVC software ver. 3.70,,,,,,,,"}, "garmin", true},
		"Garmin between its PGRMT": {[]string{"GPRMC,020040,A,2808.9348,N,08228.5868,W,000.0,000.0,171111,005.0,W", "GPGGA,020040,2808.9348,N,08228.5868,W,1,08,1.0,20.0,M,-28.0,M,,", "PGRME,3.0,M,4.0,M,5.0,M"},
			"garmin", false},
		"PGRME of another family": {[]string{"GPGGA,175736,5125.8714,N,00524.2350,E,1,04,3.40,60.28,M,46.999,M,,", "GPRMC,175736,A,5125.8714,N,00524.2350,E,3.1865,276.241,200610,,", "GPGSA,A,3,14,30,29,31,,,,,,,,,7.6,3.4,6.8", "PGRME,0.00,M,0.00,M,29.40,M"},
			"", false},
		"CASIC that starts":  {[]string{"GPTXT,01,01,02,MA=CASIC", "GPTXT,01,01,02,SW=URANUS5,V5.3.0.0"}, "casic", true},
		"CASIC, its antenna": {[]string{"GPTXT,01,01,01,ANTENNA OPEN"}, "casic", false},
		"CASIC by its habits": {[]string{"GNGGA,084852.000,2236.9453,N,11408.4790,E,1,05,3.1,89.7,M,0.0,M,,", "GNGLL,2236.9453,N,11408.4790,E,084852.000,A,A", "GPGSA,A,3,10,18,31,,,,,,,,,,6.3,3.1,5.4", "GPGSV,1,1,01,10,67,056,31",
			"GNRMC,084852.000,A,2236.9453,N,11408.4790,E,0.53,292.44,141016,,,A", "GNVTG,292.44,T,,M,0.53,N,0.98,K,A"}, "casic", false},
		"SkyTraq":                 {[]string{"PSTI,00,2,0,6.2"}, "skytraq", true},
		"Quectel with Airoha":     {[]string{"PAIR010,0,0,2210,123456"}, "airoha", true},
		"Quectel by its firmware": {[]string{"PQTMVERNO,LC76GABNR02A01S,2022/09/14,11:47:03"}, "airoha", false},
		"Airoha by its habits":    {[]string{"GNGGA,040143.000,3149.334166,N,11706.941670,E,2,36,0.48,61.496,M,-0.335,M,,"}, "airoha", false},
		"Teseo":                   {[]string{"PSTMCPU,54.57,-1,98"}, "teseo", true},
		"the first family counts": {[]string{"PSRF150,1", "PMTK010,001"}, "sirf", true},
		"no fields":               {[]string{"GPGGA", "GPRMC,", "P", "GPTXT"}, "", false},
		"a GGA that is short":     {[]string{"GPGGA,161229.487,3723.2475,N,12158.3416,W,1,07,1.0,9.0,M,,,"}, "", false},
	} {
		if g := guessOf(lines(c.sentences...)); g.Family() != c.family || g.Sure() != c.sure {
			t.Errorf("%s: %q, sure %v, because %s; want %q, sure %v", name, g.Family(), g.Sure(), g.Why(), c.family, c.sure)
		}
	}
}

// Simulated receivers that imitate a model are recognised.
func TestRecogniseSimulated(t *testing.T) {
	for profile, want := range map[string]string{
		"u-blox": "u-blox", "multi": "u-blox-9", "mt3339": "mediatek", "garmin": "garmin",
		"gsv-first": "", "timing": "", // not of a model
	} {
		r, err := sim.New(sim.Config{Profile: profile})
		if err != nil {
			t.Fatal(err)
		}
		var stream []byte
		for range 3 {
			stream = append(stream, r.Next().Bytes...)
		}
		if g := guessOf(stream); g.Family() != want {
			t.Errorf("%s: %q, because %s; want %q", profile, g.Family(), g.Why(), want)
		}
	}
}

// Recordings of real receivers are recognised.
func TestRecogniseCaptures(t *testing.T) {
	folder := os.Getenv("REFCLOCK_CAPTURES")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "captures") // next to the project
	}
	for name, want := range map[string]string{
		"mt3339": "mediatek", "ublox-8": "u-blox", "neo-m8n": "u-blox", "ublox-zed-f9p-nmea": "u-blox-9", "quectel-l76k-dual": "casic",
		"skytraq-PX1172RH_DS": "skytraq", "st-teseo-liv3f": "teseo", "iTrek": "sirf",
		"firefly-II": "", "tomtom-mkII": "", "nmea-fuzzy-cases": "", // of unknown families
	} {
		stream, err := os.ReadFile(filepath.Join(folder, name+".log"))
		if errors.Is(err, fs.ErrNotExist) {
			t.Skipf("no captures of receivers; set REFCLOCK_CAPTURES to their folder: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		if g := guessOf(stream); g.Family() != want {
			t.Errorf("%s: %q, because %s; want %q", name, g.Family(), g.Why(), want)
		}
	}
}

// Add runs for each sentence of a clock, so it must not allocate.
func TestAddAllocatesNothing(t *testing.T) {
	var recogniser Recogniser
	sentences := strings.Split(string(lines("GPGGA,161229.487,3723.2475,N,12158.3416,W,1,07,1.0,9.0,M,,,,0000", "GNTXT,01,01,02,PROTVER=34.10", "PSTI,00,2,0,6.2")), "\r\n")
	var raw [][]byte
	for _, s := range sentences {
		raw = append(raw, []byte(s))
	}
	if n := testing.AllocsPerRun(100, func() {
		for _, s := range raw {
			recogniser.Add(s)
		}
		_ = recogniser.Guess()
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzHear(f *testing.F) {
	for _, s := range []string{"$GPGGA,161229.487,3723.2475,N,12158.3416,W,1,07,1.0,9.0,M,,,,0000*1F", "$GNTXT,01,01,02,PROTVER=18.00*11", "$PGRME,3.0,M*00", "$GPRMC,,,,,,,,,,,,,", "$P", "$", "$GPTXT,PROTVER"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var recogniser Recogniser
		recogniser.Add(raw)
		recogniser.Add(raw)
		recogniser.Guess()
	})
}
