package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/refclock/refclock/internal/sim"
)

// chunkBytes is how many bytes a UART delivers at once: the trigger of a Pi's PL011.
const chunkBytes = 8

// A stream is one receiver.
type stream struct {
	name   string
	config sim.Config
}

// A record is a chunk of bytes and when its last byte arrives, in nanoseconds of CLOCK_REALTIME.
type record struct {
	at     int64
	stream uint16
	mark   uint8 // see feeder.c
	data   []byte
}

const (
	markFirst = 1
	markLast  = 2
)

// A burst is one burst as it was played.
type burst struct {
	second time.Time // the true UTC of the receiver
	start  time.Time // planned: the first start bit by the system clock
	late   time.Duration
	done   time.Time // when the last chunk was written
}

// begun returns when the first start bit was sent.
func (b burst) begun() time.Time { return b.start.Add(b.late) }

// A feed plays streams, each on some pseudo-terminals.
type feed struct {
	*exec.Cmd
	names    [][]string // of the ports, by stream and copy
	epoch    time.Time  // true time 0 of all receivers, by the system clock
	priority string

	mu     sync.Mutex
	bursts [][]burst // by stream
	played []int     // bursts whose first chunk was written, by stream
	ended  []int
	exited chan struct{}
}

// play starts to play streams for a duration, each on several pseudo-terminals. The first
// second begins some seconds later, so that readers can start.
func (r *rig) play(streams []stream, copies int, lead, duration time.Duration) (*feed, error) {
	f := &feed{
		Cmd:    exec.Command(filepath.Join(r.tools, "feeder"), fmt.Sprint(len(streams)), fmt.Sprint(copies)),
		epoch:  time.Now().Truncate(time.Second).Add(lead + time.Second),
		bursts: make([][]burst, len(streams)), played: make([]int, len(streams)), ended: make([]int, len(streams)),
		exited: make(chan struct{}),
	}
	schedule, err := f.plan(streams, duration)
	if err != nil {
		return nil, err
	}
	f.Stdin = bytes.NewReader(schedule)
	out, err := f.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := f.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(out)
	for range streams {
		names := make([]string, copies)
		for range copies {
			var s, c int
			var name string
			if _, err := fmt.Fscanln(lines, &s, &c, &name); err != nil {
				return nil, fmt.Errorf("feeder: %w", err)
			}
			names[c] = name
		}
		f.names = append(f.names, names)
	}
	if _, err := fmt.Fscanln(lines, new(string), &f.priority); err != nil {
		return nil, fmt.Errorf("feeder: %w", err)
	}
	go f.follow(lines)
	return f, nil
}

// stop ends the feed, which hangs up its ports.
func (f *feed) stop() {
	_ = f.Process.Kill()
	<-f.exited
}

// plan returns the schedule, and fills bursts.
func (f *feed) plan(streams []stream, duration time.Duration) ([]byte, error) {
	var all []record
	for i, s := range streams {
		if s.config.Start.IsZero() {
			s.config.Start = f.epoch.UTC()
		}
		receiver, err := sim.New(s.config)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
		for b := receiver.Next(); b.Epoch < duration; b = receiver.Next() {
			if len(b.Bytes) == 0 {
				continue
			}
			f.bursts[i] = append(f.bursts[i], burst{second: b.Second, start: f.epoch.Add(b.Start)})
			all = append(all, f.records(uint16(i), b)...)
		}
	}
	slices.SortStableFunc(all, func(a, b record) int { return cmp.Compare(a.at, b.at) })
	var schedule bytes.Buffer
	for _, c := range all {
		schedule.Write(binary.NativeEndian.AppendUint64(nil, uint64(c.at)))
		schedule.Write(binary.NativeEndian.AppendUint16(nil, c.stream))
		schedule.Write([]byte{c.mark, uint8(len(c.data))})
		schedule.Write(c.data)
	}
	return schedule.Bytes(), nil
}

// records returns the chunks of a burst.
func (f *feed) records(stream uint16, b sim.Burst) (all []record) {
	for from := 0; from < len(b.Bytes); from += chunkBytes {
		to := min(from+chunkBytes, len(b.Bytes))
		c := record{at: f.epoch.Add(b.Arrival(to - 1)).UnixNano(), stream: stream, data: b.Bytes[from:to]}
		if from == 0 {
			c.mark |= markFirst
		}
		if to == len(b.Bytes) {
			c.mark |= markLast
		}
		all = append(all, c)
	}
	return all
}

// follow stores what the feeder reports until it ends.
func (f *feed) follow(lines io.Reader) {
	defer close(f.exited)
	for {
		var stream, mark int
		var at, wrote int64
		if _, err := fmt.Fscanln(lines, &stream, &mark, &at, &wrote); err != nil {
			_ = f.Wait()
			return
		}
		f.mu.Lock()
		if mark&markFirst != 0 {
			b := &f.bursts[stream][f.played[stream]]
			b.late = time.Duration(wrote - at)
			f.played[stream]++
		}
		if mark&markLast != 0 {
			f.bursts[stream][f.ended[stream]].done = time.Unix(0, wrote)
			f.ended[stream]++
		}
		f.mu.Unlock()
	}
}

// truth returns the bursts of a stream that were played so far, in order.
func (f *feed) truth(stream int) []burst {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.bursts[stream][:f.ended[stream]])
}

// copyOf returns the names of one copy of all streams.
func (f *feed) copyOf(index int) (names []string) {
	for _, copies := range f.names {
		names = append(names, copies[index])
	}
	return names
}

// lateness describes how late the feeder was.
func (f *feed) lateness(streams int) string {
	var all []float64
	for i := range streams {
		for _, b := range f.truth(i) {
			all = append(all, milliseconds(b.late))
		}
	}
	return strings.TrimSpace(fmt.Sprintf("Feeder with %s priority, late by %s ms in the median, %s ms at most.", f.priority, figure(quantile(all, 0.5)), figure(quantile(all, 1))))
}
