package ubx

import (
	"math"
	"reflect"
	"testing"
)

// message returns the one message in the bytes.
func message(t *testing.T, raw []byte) Message {
	t.Helper()
	var f Framer
	f.Push(raw)
	m, ok := f.Next()
	if !ok || len(m.Raw) != len(raw) {
		t.Fatalf("%x is not a message", raw)
	}
	return Message{Raw: append([]byte(nil), m.Raw...)}
}

var someDay = Calendar{Year: 2016, Month: 12, Day: 31, Hour: 23, Minute: 59, Second: 60, Nano: -123456}

// decoded decodes with the decoder of the value's type.
func decoded(m Message, like any) (any, bool) {
	switch like.(type) {
	case Status:
		return pair(DecodeStatus(m))
	case PVT:
		return pair(DecodePVT(m))
	case TimeGPS:
		return pair(DecodeTimeGPS(m))
	case TimeUTC:
		return pair(DecodeTimeUTC(m))
	case TimeLS:
		return pair(DecodeTimeLS(m))
	case Pulse:
		return pair(DecodePulse(m))
	case Security:
		return pair(DecodeSecurity(m))
	case Radio:
		return pair(DecodeHW(m))
	}
	panic("unknown type")
}

func pair[T any](v T, ok bool) (any, bool) { return v, ok }

// Each field survives, and a decoder takes neither another message nor a shorter one.
func TestRoundTrip(t *testing.T) {
	type appender interface{ Append([]byte) []byte }
	for _, v := range []any{
		Status{}, Status{Fix: FixTimeOnly}, Status{FixOK: true}, Status{WeekSet: true}, Status{TOWSet: true}, Status{Spoofing: AlarmCritical},
		PVT{}, PVT{Calendar: someDay}, PVT{ValidDate: true}, PVT{ValidTime: true}, PVT{FullyResolved: true},
		PVT{Accuracy: math.MaxUint32, Fix: Fix3D, FixOK: true, Used: 255, PDOP: 9999},
		TimeGPS{}, TimeGPS{TOW: 604799999, Week: -1, Leap: -128, Accuracy: 1}, TimeGPS{ValidTOW: true}, TimeGPS{ValidWeek: true}, TimeGPS{ValidLeap: true},
		TimeUTC{}, TimeUTC{Calendar: someDay, Accuracy: math.MaxUint32}, TimeUTC{ValidTOW: true}, TimeUTC{ValidWeek: true}, TimeUTC{ValidUTC: true},
		TimeLS{}, TimeLS{TOW: 1, Source: LeapUnknown, Current: 18}, TimeLS{Valid: true}, TimeLS{ValidChange: true},
		TimeLS{Change: -1, ChangeSource: 6, TimeTo: -1 << 31, Week: 65535, Day: 7},
		Pulse{}, Pulse{Week: 2146, TOW: 237870000, QErr: -4331, ValidQErr: true}, Pulse{UTC: true}, Pulse{KnowsUTC: true},
		Radio{}, Radio{AntennaOpen, 1, AlarmCritical}, Radio{Jamming: AlarmWarning},
	} {
		var raw []byte
		if a, ok := v.(appender); ok {
			raw = a.Append(nil)
		} else {
			raw = AppendHW(nil, v.(Radio))
		}
		m := message(t, raw)
		if got, ok := decoded(m, v); !ok || !reflect.DeepEqual(got, v) {
			t.Errorf("got %+v, %v, want %+v", got, ok, v)
		}
		if _, ok := decoded(message(t, Append(nil, eoe, m.Payload())), v); ok {
			t.Errorf("%T is decoded from another message", v)
		}
		short := m.Payload()[:len(m.Payload())-1]
		if _, ok := v.(PVT); ok {
			short = m.Payload()[:83] // 84 bytes are enough
		}
		if got, ok := decoded(message(t, Append(nil, m.Kind(), short)), v); ok {
			t.Errorf("%+v is decoded from %d bytes", got, len(short))
		}
		longer := append(append([]byte(nil), m.Payload()...), 1, 2, 3)
		if got, ok := decoded(message(t, Append(nil, m.Kind(), longer)), v); !ok || !reflect.DeepEqual(got, v) {
			t.Errorf("with new fields: got %+v, %v, want %+v", got, ok, v)
		}
	}
}

// Class and ID of each message, from the interface descriptions that doc.go names.
func TestKinds(t *testing.T) {
	for kind, want := range map[Kind][2]byte{
		NavStatus: {0x01, 0x03}, NavPVT: {0x01, 0x07}, NavTimeGPS: {0x01, 0x20}, NavTimeUTC: {0x01, 0x21}, NavTimeLS: {0x01, 0x26},
		NavSat: {0x01, 0x35}, MonHW: {0x0a, 0x09}, MonRF: {0x0a, 0x38}, TimTP: {0x0d, 0x01}, SecSig: {0x27, 0x09},
	} {
		raw := Append(nil, kind, nil)
		if got := [2]byte(raw[2:4]); got != want {
			t.Errorf("%v is %#x, want %#x", kind, got, want)
		}
	}
}

// The values of srcOfCurrLs in UBX-NAV-TIMELS.
func TestLeapSourceValues(t *testing.T) {
	for source, want := range map[LeapSource]uint8{
		LeapFirmware: 0, LeapDifference: 1, LeapGPS: 2, LeapSBAS: 3, LeapBeiDou: 4, LeapGalileo: 5, LeapAided: 6, LeapConfigured: 7, LeapNavIC: 8, LeapUnknown: 255,
	} {
		if uint8(source) != want {
			t.Errorf("%v is %d, want %d", source, source, want)
		}
	}
}

func TestSecurity(t *testing.T) {
	for _, version := range []int{1, 2} {
		for jamming := range AlarmCritical + 1 {
			for spoofing := range AlarmCritical + 1 {
				want := Security{jamming, spoofing}
				if got, ok := DecodeSecurity(message(t, want.Append(nil, version))); !ok || got != want {
					t.Errorf("version %d: got %v, %v, want %v", version, got, ok, want)
				}
			}
		}
	}
	for _, c := range []struct {
		name    string
		payload []byte
		want    Security
		ok      bool
	}{
		{"version 1, jamming monitor off", []byte{1, 0, 0, 0, 3 << 1, 0, 0, 0, 2<<1 | 1, 0, 0, 0}, Security{AlarmUnknown, AlarmWarning}, true},
		{"version 1, spoofing monitor off", []byte{1, 0, 0, 0, 3<<1 | 1, 0, 0, 0, 2 << 1, 0, 0, 0}, Security{AlarmCritical, AlarmUnknown}, true},
		{"version 1, reserved value", []byte{1, 0, 0, 0, 1, 0, 0, 0, 7<<1 | 1, 0, 0, 0}, Security{}, true},
		{"version 1, short", make([]byte, 11), Security{}, false},
		{"version 2, monitors off", []byte{2, 3<<1 | 3<<4, 0, 0}, Security{}, true},
		{"version 2, frequencies", []byte{2, 1 | 2<<1 | 1<<3 | 1<<4, 0, 1, 1, 2, 3, 1}, Security{AlarmWarning, AlarmNone}, true},
		{"version 0", make([]byte, 12), Security{}, false},
		{"empty", nil, Security{}, false},
	} {
		if got, ok := DecodeSecurity(message(t, Append(nil, SecSig, c.payload))); got != c.want || ok != c.ok {
			t.Errorf("%s: got %v, %v, want %v, %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

func TestRF(t *testing.T) {
	a, b := Radio{AntennaShort, 1, AlarmNone}, Radio{AntennaOpen, 2, AlarmCritical}
	for _, want := range [][]Radio{{}, {a}, {a, b}, {a, b, b, a}, {a, b, b, a, a}} {
		radios, n, ok := DecodeRF(message(t, AppendRF(nil, want...)))
		if want = want[:min(len(want), MaxRadios)]; !ok || n != len(want) || !reflect.DeepEqual(append([]Radio{}, radios[:n]...), append([]Radio{}, want...)) {
			t.Errorf("got %v, %d, %v, want %v", radios, n, ok, want)
		}
	}
	for _, payload := range [][]byte{{}, {0, 1, 0, 0}, append([]byte{0, 2, 0, 0}, make([]byte, 40)...), append([]byte{0, 1, 0, 0}, make([]byte, 25)...)} {
		if _, _, ok := DecodeRF(message(t, Append(nil, MonRF, payload))); ok {
			t.Errorf("%d bytes for %d blocks are decoded", len(payload), payload[1])
		}
	}
}

func TestSatellites(t *testing.T) {
	p := make([]byte, satHead+3*svSize)
	p[satNumSvs] = 3
	p[satHead+svCNo], p[satHead+svFlags] = 40, 1<<3
	p[satHead+2*svSize+svCNo] = 12
	if got, ok := DecodeSatellites(message(t, Append(nil, NavSat, p))); !ok || got != (Satellites{Tracked: 2, Used: 1}) {
		t.Errorf("got %+v, %v", got, ok)
	}
	for _, size := range []int{0, satHead, len(p) - 1} {
		if _, ok := DecodeSatellites(message(t, Append(nil, NavSat, p[:size]))); ok {
			t.Errorf("%d bytes are decoded", size)
		}
	}
}

// The sources that are no proof of the leap seconds.
func TestLeapSource(t *testing.T) {
	for s := range 256 {
		source := LeapSource(s)
		want := s >= 1 && s <= 5 || s == 8
		if source.FromSky() != want {
			t.Errorf("%d, %v: from the sky %v, want %v", s, source, !want, want)
		}
	}
	for source, want := range map[LeapSource]string{LeapFirmware: "firmware default", LeapDifference: "GPS and GLONASS", LeapUnknown: "unknown", 99: "unknown"} {
		if source.String() != want {
			t.Errorf("%d is %q, want %q", source, source, want)
		}
	}
}

// What is safe is all that is decoded, and no position.
func TestSafe(t *testing.T) {
	full := func(kind Kind, size int) Message {
		p := make([]byte, size)
		for i := range p {
			p[i] = byte(i + 1)
		}
		if kind == NavSat {
			p[satNumSvs] = byte((size - satHead) / svSize)
		}
		return message(t, Append(nil, kind, p))
	}
	for _, c := range []struct {
		m    Message
		want []Part
	}{
		{full(NavPVT, 92), []Part{{0, 24}, {76, 78}}}, {full(NavPVT, 84), []Part{{0, 24}, {76, 78}}}, {full(NavPVT, 10), []Part{{0, 10}, {10, 10}}},
		{full(NavTimeLS, 24), []Part{{0, 24}}}, {full(NavTimeLS, 30), []Part{{0, 24}}}, {full(NavStatus, 16), []Part{{0, 16}}},
		{full(NavTimeGPS, 16), []Part{{0, 16}}}, {full(NavTimeUTC, 20), []Part{{0, 20}}}, {full(TimTP, 16), []Part{{0, 16}}},
		{full(MonHW, 60), []Part{{0, 60}}}, {full(MonRF, 28), []Part{{0, 28}}}, {full(SecSig, 12), []Part{{0, 12}}},
		{full(NavSat, 32), []Part{{0, 8}, {8, 11}, {16, 20}, {20, 23}, {28, 32}}},
		{full(0x0102, 28), []Part{{0, 0}}}, // NAV-POSLLH
	} {
		if got := c.m.Safe(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: %v, want %v", c.m.Kind(), got, c.want)
			continue
		}
		blank := append([]byte(nil), c.m.Raw...)
		clear(blank[HeaderSize : len(blank)-frameSum])
		for _, part := range c.m.Safe() {
			copy(blank[HeaderSize+part.From:HeaderSize+part.To], c.m.Payload()[part.From:])
		}
		SetChecksum(blank)
		m := message(t, blank)
		for _, like := range []any{Status{}, PVT{}, TimeGPS{}, TimeUTC{}, TimeLS{}, Pulse{}, Security{}, Radio{}} {
			got, ok := decoded(m, like)
			want, ok2 := decoded(c.m, like)
			if ok != ok2 || !reflect.DeepEqual(got, want) {
				t.Errorf("%v: %+v after blanking, want %+v", m.Kind(), got, want)
			}
		}
		if got, _ := DecodeSatellites(m); c.m.Kind() == NavSat {
			if want, ok := DecodeSatellites(c.m); !ok || got != want {
				t.Errorf("%+v, want %+v, %v", got, want, ok)
			}
		}
	}
}
