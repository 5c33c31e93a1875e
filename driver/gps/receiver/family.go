// Package receiver knows the families of receivers: how to recognise them, their quirks,
// and the commands that change their sentences, report rate and baud rate.
//
// This package sends nothing. A user can send the commands, and package tune sends its own.
package receiver

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// A Family is a group of receivers with similar sentences and the same commands.
type Family struct {
	Name   string // one word
	Title  string
	Baud   int      // factory setting of most of them
	Quirks []string // one or two sentences each
	Keeps  string   // how long it keeps its settings

	orders []order
	codes  []int // baud rates, indexed by their codes in commands; nil if commands contain the rate
}

// A Command is bytes that change the settings of a receiver.
type Command struct {
	What string  `json:"what"`           // what the command changes
	Send Message `json:"send"`           // bytes of the command in hexadecimal
	Back Message `json:"back,omitempty"` // undoes Send; nil if there is nothing to undo, or a power cycle undoes it

	Baud  int  `json:"baud,omitempty"`  // receiver's baud rate after the command; 0 if it does not change
	Later bool `json:"later,omitempty"` // whether the change takes effect at the next power-up
}

// A Message is bytes for a receiver, in JSON in hexadecimal.
type Message []byte

// MarshalText returns the hexadecimal digits.
func (m Message) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, m), nil }

// An order is a command in the table. A % in back stands for the receiver's current
// rate.
type order struct {
	what       string
	form       form
	send, back string
	baud       int
	later      bool
}

// Families returns the known families.
func Families() []*Family { return families }

// Named returns the family with a name; nil if there is none.
func Named(name string) *Family {
	for _, f := range families {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Commands returns the commands for a receiver with a current baud rate; 0: no baud rate,
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
	noGSV    = "Turn off GSV, the satellites in view"
	coreOnly = "Send only RMC, GGA, GSA and ZDA: without GSV"
	withRMC  = "Turn on RMC, which has date, time and fix"
	oneHertz = "Report once a second"
	to115200 = "Raise the baud rate to 115200"

	battery = "Until it loses power; with a backup battery, until that is empty."
	memory  = "Until it loses power: these commands change only its RAM, so unplugging it undoes them all."
)

// valset begins UBX-CFG-VALSET: class, ID, version, layers (1: RAM), two reserved bytes.
// A key and its value follow, both little endian (ZED-F9P interface description).
const valset = "\x06\x8A\x00\x01\x00\x00"

var families = []*Family{
	{
		Name: "u-blox", Title: "u-blox 6, 7 and 8: NEO-6M, NEO-M8N, MAX-M8Q, most HATs", Baud: 9600,
		Quirks: []string{
			"RMC is first: good for timing. The sentences begin 119 to 151 ms after the pulse on HATs, with a delay spread of 2 to 3 ms, or 6 ms with 20 and more satellites.",
			"By default it pulses only with a fix. From firmware 3 on, the pulse also waits for the leap seconds: up to 12.5 minutes after a cold start.",
			"After a cold start it may report a wrong date as valid: 1980-01-09 was observed for 16 s.",
			"ZDA is off by default. RMC is enough.",
		},
		Keeps: battery + " With flash memory, it keeps saved settings for longer.",
		orders: []order{
			{what: noGSV, send: "PUBX,40,GSV,0,0,0,0,0,0", back: "PUBX,40,GSV,1,1,1,1,1,0"},
			{what: withRMC, send: "PUBX,40,RMC,1,1,1,1,1,0"},
			// CFG-RATE: 1000 ms per measurement, one per solution, aligned to GPS time (1).
			{what: oneHertz, form: formUBX, send: "\x06\x08\xE8\x03\x01\x00\x01\x00"},
			// Port 1, in UBX, NMEA and RTCM, out UBX and NMEA, no autobauding.
			{what: to115200, send: "PUBX,41,1,0007,0003,115200,0", back: "PUBX,41,1,0007,0003,%,0", baud: 115200},
			// CFG-CFG: masks to clear, save and load; then the memories: battery-backed RAM, flash, EEPROM, SPI flash.
			{what: "Save the settings in all its memories", form: formUBX, send: "\x06\x09\x00\x00\x00\x00\xFF\xFF\x00\x00\x00\x00\x00\x00\x17"},
			{what: "Factory reset: clear saved settings, usually back to 9600 baud", form: formUBX, send: "\x06\x09\xFF\xFF\x00\x00\x00\x00\x00\x00\xFF\xFF\x00\x00\x17"},
		},
	},
	{
		Name: "u-blox-9", Title: "u-blox 9, 10 and later: NEO-M9N, MAX-M10S, ZED-F9P", Baud: 38400,
		Quirks: []string{
			"RMC is first: good for timing. Measured delays after the pulse: an M10 on a USB adapter 165 ms at 38400 baud (delay spread 8 ms), 128 ms at 115200 (13 ms); an F10N on RS-232 62 ms at 115200 (3 ms).",
			"With four constellations most of its output is GSV, which nearly fills the second at 9600 baud, the default of an M10.",
			"By default it pulses only with a fix and known leap seconds: up to 12.5 minutes after a cold start.",
			"These commands are for its UART. They do not change the output on its own USB port.",
		},
		Keeps: memory + " Save permanent settings with u-center.",
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
			"The sentences begin 435 to 515 ms after the pulse: with about half a second, guessing their second fails. refclock counts instead.",
			"GGA is first, and the delay of RMC varies with the number of satellites in the GSV before it.",
			"Many pulse only with a 3D fix. Adafruit's FIX LED blinks every second without a fix, and every 15 s with a fix.",
			"Before a fix it sends dates such as 2080-01-05 or 2080-01-06, with odd fractions of a second.",
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
			"The delay of its sentences varies by about 170 ms: it may be stable to 10 ms for hours, then jump by 200 ms. A SiRFstar IV had a cycle of 4 hours. Without a pulse it is a poor clock.",
			"RMC is last, and its delay varies with the number of satellites in the GSV before it.",
			"The default baud rate is 4800 or 9600, depending on the module.",
		},
		Keeps: battery + " It restarts when its baud rate is changed.",
		orders: []order{
			// Message (3 GSV, 4 RMC), mode 0 sets the rate, seconds, with checksum.
			{what: noGSV, send: "PSRF103,03,00,00,01", back: "PSRF103,03,00,01,01"},
			{what: withRMC, send: "PSRF103,04,00,01,01"},
			// Protocol 1 is NMEA. 0 is binary, which no sentence can undo.
			{what: "Raise the baud rate to 38400", send: "PSRF100,1,38400,8,1,0", back: "PSRF100,1,%,8,1,0", baud: 38400},
		},
	},
	{
		Name: "garmin", Title: "Garmin GPS 16x, 18, 18x LVC", Baud: 4800,
		Quirks: []string{
			"The 18x with firmware before 3.70, and 4.00, may send its sentences more than a second after the pulse, which makes its second wrong: update it.",
			"After a cold start the 18x may be a second fast for 12 minutes or longer.",
			"After the first fix it continues to pulse, with or without a fix.",
			"RMC is first, and is the time of the pulse before it. At 4800 baud the burst of an 18 ended 380 ms after the pulse.",
		},
		Keeps: "Permanently, even without power: only another command undoes a change.",
		codes: []int{3: 4800, 4: 9600, 5: 19200, 8: 38400},
		orders: []order{
			{what: noGSV, send: "PGRMO,GPGSV,0", back: "PGRMO,GPGSV,1"},
			{what: withRMC, send: "PGRMO,GPRMC,1"},
			{what: "Send the default sentences", send: "PGRMO,,4"},
			// Field 12 is the pulse: 1 is off, 2 is on.
			{what: "Turn on the pulse, from the next power-up", send: "PGRMC,,,,,,,,,,,,2", back: "PGRMC,,,,,,,,,,,,1"},
			// Field 10 is the rate; 19200 is the highest that all models have.
			{what: "Raise the baud rate to 19200, from the next power-up", send: "PGRMC,,,,,,,,,,5", back: "PGRMC,,,,,,,,,,%", baud: 19200, later: true},
		},
	},
	{
		Name: "casic", Title: "Zhongkewei AT6558, ATGM332D and 336H, Quectel L76K", Baud: 9600,
		Quirks: []string{
			"The sentences begin about 180 ms after the pulse at 9600 baud, with a delay spread of 19 ms (an ATGM332D).",
			"RMC and ZDA are last, and their delay varies with the number of satellites in the GSV before them.",
			"An L76K may send binary messages between its sentences. refclock skips them.",
		},
		Keeps: battery + " With flash memory, it keeps saved settings permanently.",
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
			"Some can begin their sentences about 1 ms after the pulse. This is too close: refclock cannot determine which second they name, and reports that.",
			"The date of a Venus 6 may be 1024 weeks in the past. refclock corrects it.",
		},
		Keeps: memory,
		orders: []order{
			// Seconds between GGA GSA GSV GLL RMC VTG ZDA; the last byte means RAM only.
			{what: coreOnly, form: formSkyTraq, send: "\x08\x01\x01\x00\x00\x01\x00\x01\x00"},
			{what: oneHertz, form: formSkyTraq, send: "\x0E\x01\x00"},
			{what: to115200, form: formSkyTraq, send: "\x05\x00\x05\x00", baud: 115200},
		},
	},
	{
		Name: "airoha", Title: "Quectel LC26G, LC76G, LC86G, LC29H: Airoha AG33xx", Baud: 9600,
		Quirks: []string{
			"It uses a new baud rate only after it has started again. Some firmware uses it at once.",
			"A baud rate is kept even without power.",
		},
		Keeps: battery + " With flash memory, it keeps saved settings for longer.",
		orders: []order{
			// Types of sentences: 3 GSV, 4 RMC; then the interval. Port type and index of UART 0, and its rate.
			{what: noGSV, send: "PAIR062,3,0", back: "PAIR062,3,1"},
			{what: withRMC, send: "PAIR062,4,1"},
			{what: oneHertz, send: "PAIR050,1000"},
			{what: to115200 + ", from the next power-up", send: "PAIR864,0,0,115200", back: "PAIR864,0,0,%", baud: 115200, later: true},
			{what: "Save the settings in flash memory", send: "PAIR513"},
		},
	},
	{
		Name: "teseo", Title: "STMicroelectronics Teseo II and III: LIV3F, VIC3DA", Baud: 9600,
	},
}
