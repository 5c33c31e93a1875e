// Package receiver knows the families of receivers: by what one is recognised, what is
// odd about it, and which bytes would change its sentences, its rate and its baud rate.
//
// It sends nothing, and nor does anything else in this project: a person may.
package receiver

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// A Family is receivers that speak alike and take the same commands.
type Family struct {
	Name   string // as one word
	Title  string
	Baud   int      // as most of them are sold
	Quirks []string // a sentence or two each
	Keeps  string   // for how long it remembers what it was told

	orders []order
	codes  []int // the baud rates by the numbers that its commands have for them; nil where they name the rate
}

// A Command is bytes that change how a receiver speaks.
type Command struct {
	What string  `json:"what"`
	Send Message `json:"send"`
	Back Message `json:"back,omitempty"` // takes it back; nil where nothing is to be taken back, or power does

	// Baud is the rate at which the receiver speaks after it; 0 where that does not
	// change. Later: from when it gets power again.
	Baud  int  `json:"baud,omitempty"`
	Later bool `json:"later,omitempty"`
}

// A Message is bytes for a receiver. JSON has them in hexadecimal.
type Message []byte

// MarshalText gives the hexadecimal digits.
func (m Message) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, m), nil }

// An order is a command as the table has it. A % in its way back stands for the rate
// at which the receiver speaks now.
type order struct {
	what       string
	form       form
	send, back string
	baud       int
	later      bool
}

// Families lists those that are known.
func Families() []*Family { return families }

// Named finds a family by its name; nil where there is none of that name.
func Named(name string) *Family {
	for _, f := range families {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Commands are those for a receiver that speaks at a rate now; 0 where bytes have none,
// as on native USB.
func (f *Family) Commands(now int) (list []Command) {
	code := now
	if f.codes != nil {
		code = slices.Index(f.codes, now)
	}
	for _, o := range f.orders {
		if o.baud != 0 && (now == 0 || o.baud == now) {
			continue
		}
		c := Command{What: o.what, Send: o.form.frame(o.send), Baud: o.baud, Later: o.later}
		if o.back != "" && (o.baud == 0 || code >= 0) {
			c.Back = o.form.frame(strings.Replace(o.back, "%", strconv.Itoa(code), 1))
		}
		list = append(list, c)
	}
	return list
}

const (
	noGSV    = "Turn off GSV, the list of satellites in view"
	coreOnly = "Send RMC, GGA, GSA and ZDA, and nothing else: without GSV"
	withRMC  = "Turn on RMC, which tells date, time and fix"
	oneHertz = "Report once a second"
	to115200 = "Raise the baud rate to 115200"

	battery = "Until it loses its power; where there is a backup battery, until that is empty."
	memory  = "Until it loses its power: these commands are for its RAM alone, so that unplugging it takes them all back."
)

// valset begins UBX-CFG-VALSET: class, ID, version, layers (1 is RAM), two reserved
// bytes. A key follows and its value, both little endian (ZED-F9P interface description).
const valset = "\x06\x8A\x00\x01\x00\x00"

var families = []*Family{
	{
		Name: "u-blox", Title: "u-blox 6, 7 and 8: NEO-6M, NEO-M8N, MAX-M8Q, most HATs", Baud: 9600,
		Quirks: []string{
			"RMC comes first: good for timing. The sentences begin 119 to 151 ms after the pulse on HATs, and scatter by 2 to 3 ms; with 20 satellites and more by 6 ms.",
			"It pulses only with a fix, unless told otherwise. From firmware 3 on, the pulse waits for the leap seconds, too: up to 12.5 minutes after a cold start.",
			"After a cold start it may call a wrong date valid: 1980-01-09 was seen for 16 s.",
			"ZDA is off as it is sold. RMC is enough.",
		},
		Keeps: battery + " What was saved it keeps for longer, if it has flash memory.",
		orders: []order{
			{what: noGSV, send: "PUBX,40,GSV,0,0,0,0,0,0", back: "PUBX,40,GSV,1,1,1,1,1,0"},
			{what: withRMC, send: "PUBX,40,RMC,1,1,1,1,1,0"},
			// CFG-RATE: 1000 ms a measurement, one a solution, aligned to GPS time (1).
			{what: oneHertz, form: formUBX, send: "\x06\x08\xE8\x03\x01\x00\x01\x00"},
			// Port 1, in UBX, NMEA and RTCM, out UBX and NMEA, no autobauding.
			{what: to115200, send: "PUBX,41,1,0007,0003,115200,0", back: "PUBX,41,1,0007,0003,%,0", baud: 115200},
			// CFG-CFG: masks of what to clear, save, load; then where: battery-backed RAM, flash, EEPROM, SPI flash.
			{what: "Save the settings in whatever memory it has", form: formUBX, send: "\x06\x09\x00\x00\x00\x00\xFF\xFF\x00\x00\x00\x00\x00\x00\x17"},
			{what: "Be again as it was sold, mostly at 9600 baud, and forget what was saved", form: formUBX, send: "\x06\x09\xFF\xFF\x00\x00\x00\x00\x00\x00\xFF\xFF\x00\x00\x17"},
		},
	},
	{
		Name: "u-blox-9", Title: "u-blox 9, 10 and later: NEO-M9N, MAX-M10S, ZED-F9P", Baud: 38400,
		Quirks: []string{
			"RMC comes first: good for timing. An M10 behind a USB adapter began 165 ms after the pulse at 38400 baud (scatter 8 ms), 128 ms at 115200 (13 ms); an F10N on RS-232 62 ms at 115200 (3 ms).",
			"With four constellations GSV is most of what it says, and nearly fills the second at 9600 baud, which is what an M10 is sold with.",
			"It pulses only with a fix, unless told otherwise, and waits for the leap seconds: up to 12.5 minutes after a cold start.",
			"These commands are for its UART. What it says on a USB port of its own they leave as it is.",
		},
		Keeps: memory + " What is to stay, save with u-center.",
		orders: []order{
			// Keys of UART1: CFG-MSGOUT-NMEA_ID_GSV_UART1, _RMC_UART1, CFG-RATE-MEAS, CFG-UART1-BAUDRATE.
			{what: noGSV, form: formUBX, send: valset + "\xC5\x00\x91\x20\x00", back: valset + "\xC5\x00\x91\x20\x01"},
			{what: withRMC, form: formUBX, send: valset + "\xAC\x00\x91\x20\x01"},
			{what: oneHertz, form: formUBX, send: valset + "\x01\x00\x21\x30\xE8\x03"},
			{what: to115200, form: formUBX, send: valset + "\x01\x00\x52\x40\x00\xC2\x01\x00", baud: 115200},
		},
	},
	{
		Name: "mediatek", Title: "MediaTek MT3329, MT3333, MT3339: Adafruit, Quectel L76, L80, L86", Baud: 9600,
		Quirks: []string{
			"The sentences begin 435 to 515 ms after the pulse: about half a second, where guessing which second they mean fails. refclock counts instead.",
			"GGA comes first, and RMC moves with the number of satellites in the GSV before it.",
			"Many pulse only with a 3D fix. Adafruit's FIX light blinks each second while there is no fix, and every 15 s with one.",
			"Before a fix it shows dates such as 2080-01-05 or 2080-01-06, with odd fractions of a second.",
		},
		Keeps: battery,
		orders: []order{
			// Fields: GLL RMC VTG GGA GSA GSV GRS GST, nine reserved, ZDA MCHN.
			{what: coreOnly, send: "PMTK314,0,1,0,1,1,0,0,0,0,0,0,0,0,0,0,0,0,1,0", back: "PMTK314,-1"},
			{what: oneHertz, send: "PMTK220,1000"},
			{what: "Begin the sentences at a fixed time after the pulse (newer firmware)", send: "PMTK255,1", back: "PMTK255,0"},
			{what: to115200, send: "PMTK251,115200", back: "PMTK251,%", baud: 115200},
		},
	},
	{
		Name: "sirf", Title: "SiRFstar II, III and IV: USB mice, Telit", Baud: 4800,
		Quirks: []string{
			"The delay of its sentences wobbles by some 170 ms: it may be stable to 10 ms for hours, then jump by 200. On a SiRFstar IV a cycle of 4 hours was seen. Without a pulse it is a poor clock.",
			"RMC comes last, and moves with the number of satellites in the GSV before it.",
			"It is sold with 4800 or 9600 baud, by the maker of the module.",
		},
		Keeps: battery + " It starts anew when its baud rate is changed.",
		orders: []order{
			// Message (3 GSV, 4 RMC), mode 0 sets the rate, seconds, with checksum.
			{what: noGSV, send: "PSRF103,03,00,00,01", back: "PSRF103,03,00,01,01"},
			{what: withRMC, send: "PSRF103,04,00,01,01"},
			// Protocol 1 is NMEA. 0 is binary, from which no sentence leads back.
			{what: "Raise the baud rate to 38400", send: "PSRF100,1,38400,8,1,0", back: "PSRF100,1,%,8,1,0", baud: 38400},
		},
	},
	{
		Name: "garmin", Title: "Garmin GPS 16x, 18, 18x LVC", Baud: 4800,
		Quirks: []string{
			"The 18x with firmware before 3.70, and 4.00, may speak more than a second after its pulse, so that its second is the wrong one: update it.",
			"After a cold start the 18x may be a second fast for 12 minutes and more.",
			"It goes on pulsing once it has had a fix, with or without one.",
			"RMC comes first, which names the second of the pulse before it. At 4800 baud an 18 was done 380 ms after the pulse.",
		},
		Keeps: "For good, power or not: what you change, only such commands change back.",
		codes: []int{3: 4800, 4: 9600, 5: 19200, 8: 38400},
		orders: []order{
			{what: noGSV, send: "PGRMO,GPGSV,0", back: "PGRMO,GPGSV,1"},
			{what: withRMC, send: "PGRMO,GPRMC,1"},
			{what: "Send the sentences that it was sold with", send: "PGRMO,,4"},
			// Field 12 is the pulse: 1 off, 2 on.
			{what: "Turn on the pulse, from its next power-up on", send: "PGRMC,,,,,,,,,,,,2", back: "PGRMC,,,,,,,,,,,,1"},
			// Field 10 is the rate; 19200 is the highest that all models have.
			{what: "Raise the baud rate to 19200, from its next power-up on", send: "PGRMC,,,,,,,,,,5", back: "PGRMC,,,,,,,,,,%", baud: 19200, later: true},
		},
	},
	{
		Name: "casic", Title: "Zhongkewei AT6558, ATGM332D and 336H, Quectel L76K", Baud: 9600,
		Quirks: []string{
			"The sentences begin some 180 ms after the pulse at 9600 baud, and scatter by 19 ms (an ATGM332D).",
			"RMC and ZDA come last, and move with the number of satellites in the GSV before them.",
			"An L76K may send binary messages between its sentences. refclock skips them.",
		},
		Keeps: battery + " What was saved it keeps for good, if it has flash memory.",
		codes: []int{4800, 9600, 19200, 38400, 57600, 115200},
		orders: []order{
			// Fields: GGA GLL GSA GSV RMC VTG ZDA TXT.
			{what: coreOnly, send: "PCAS03,1,0,1,0,1,0,1,0", back: "PCAS03,1,1,1,1,1,1,1,1"},
			{what: oneHertz, send: "PCAS02,1000"},
			{what: to115200, send: "PCAS01,5", back: "PCAS01,%", baud: 115200},
			{what: "Save the settings in flash memory", send: "PCAS00"},
		},
	},
	{
		Name: "skytraq", Title: "SkyTraq Venus 6 and 8, NavSpark", Baud: 9600,
		Quirks: []string{
			"Some can begin their sentences about 1 ms after the pulse. So near to it, refclock cannot tell which second they mean: it says so.",
			"The Venus 6 has gone back by 1024 weeks. refclock puts the date right.",
		},
		Keeps: memory,
		orders: []order{
			// Seconds between GGA GSA GSV GLL RMC VTG ZDA; the last byte says RAM alone.
			{what: coreOnly, form: formSkyTraq, send: "\x08\x01\x01\x00\x00\x01\x00\x01\x00"},
			{what: oneHertz, form: formSkyTraq, send: "\x0E\x01\x00"},
			{what: to115200, form: formSkyTraq, send: "\x05\x00\x05\x00", baud: 115200},
		},
	},
	{
		Name: "teseo", Title: "STMicroelectronics Teseo II and III: LIV3F, VIC3DA", Baud: 9600,
	},
}
