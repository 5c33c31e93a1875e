package recording

import (
	"bytes"
	"io"
	"testing"

	"github.com/refclock/refclock/driver/gps"
	"github.com/refclock/refclock/internal/yieldtest"
	"github.com/refclock/refclock/nmea"
)

// fullBlock returns the events of about one block: reads of a receiver.
func fullBlock() (events []Event) {
	now := nmea.Now()
	line := []byte("$GPGSV,3,1,11,03,03,111,00,04,15,270,00,06,01,010,00,13,06,292,00*74\r\n")
	for i := range 2 * blockBytes / len(line) {
		data := bytes.Clone(line)
		for k := range data {
			if (k*7+i*13)%11 == 0 && data[k] >= '0' && data[k] <= '9' {
				data[k] = '0' + byte((i*31+k)%10)
			}
		}
		events = append(events, Event{Kind: Read, Stamp: nmea.Stamp{Real: now.Real + int64(i)*7001, Mono: now.Mono + int64(i)*7001}, Data: data})
	}
	return events
}

// BenchmarkBlockHolds measures for how long the compression of a block holds the processor.
func BenchmarkBlockHolds(b *testing.B) {
	r, _, err := New(gps.Config{}, Options{To: io.Discard, Positions: true})
	if err != nil {
		b.Fatal(err)
	}
	events := fullBlock()
	yieldtest.Report(b, func() {
		for i := range events {
			r.add(&events[i])
		}
	})
}

// BenchmarkBlockSize measures how small a block becomes.
func BenchmarkBlockSize(b *testing.B) {
	events, size := fullBlock(), 0
	for b.Loop() {
		var p packer
		size = 0
		for i := range events {
			if p.add(&events[i]); p.full(1) {
				size += len(p.block())
				p.reset()
			}
		}
		size += len(p.block())
	}
	b.ReportMetric(float64(size), "bytes/op")
}
