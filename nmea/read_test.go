package nmea_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/refclock/refclock/nmea"
)

// recording is a receiver's output of n seconds from 9:30 on 15 April 2014.
func recording(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(burstOf(i))
	}
	return b.String()
}

// burstOf is the receiver's output of one of these seconds.
func burstOf(second int) string {
	clock := time.Date(2014, 4, 15, 9, 30, second, 0, time.UTC).Format("150405.00")
	return line(rmc(clock, "A", "150414")) + line(gga(clock, "1"))
}

// readAll returns what Read yields.
func readAll(r io.Reader, options *nmea.ReadOptions) (epochs []nmea.Epoch, err error) {
	for e, failure := range nmea.Read(r, options) {
		if failure != nil {
			if e.Why == nmea.Valid {
				failure = errors.Join(failure, errors.New("with a valid epoch"))
			}
			return epochs, failure
		}
		epochs = append(epochs, e)
	}
	return epochs, nil
}

var threeSeconds = []string{"2014-04-15T09:30:00.000Z", "2014-04-15T09:30:01.000Z", "2014-04-15T09:30:02.000Z"}

func TestReadRecording(t *testing.T) {
	path := filepath.Join(t.TempDir(), "capture")
	if err := os.WriteFile(path, []byte("\x00\xff"+recording(3)), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, test := range map[string]struct {
		in      io.Reader
		options *nmea.ReadOptions
	}{
		"file":               {file, nil},
		"memory":             {strings.NewReader(recording(3)), nil},
		"with a baud rate":   {strings.NewReader(recording(3)), &nmea.ReadOptions{Baud: 9600}},
		"by one byte":        {iotest.OneByteReader(strings.NewReader(recording(3))), nil},
		"EOF with the bytes": {iotest.DataErrReader(strings.NewReader(recording(3))), nil},
	} {
		t.Run(name, func(t *testing.T) {
			epochs, err := readAll(test.in, test.options)
			if got := validTimes(epochs); err != nil || len(epochs) != 3 || !slices.Equal(got, threeSeconds) {
				t.Errorf("%d epochs, valid %q, %v; want %q", len(epochs), got, err, threeSeconds)
			}
			for _, e := range epochs {
				if e.HasStart || e.Eras != 0 || name == "file" && !e.Last.IsZero() {
					t.Errorf("start %v, %d eras, last byte %+v; want none", e.HasStart, e.Eras, e.Last)
				}
			}
		})
	}
}

func TestReadBuildDate(t *testing.T) {
	epochs, err := readAll(strings.NewReader(recording(1)), &nmea.ReadOptions{BuildDate: midMay})
	if err != nil || len(epochs) != 1 || epochs[0].Eras != 1 || epochs[0].UTC.Year != 2033 {
		t.Errorf("%+v, %v; want one epoch, one era on", epochs, err)
	}
}

func TestReadCaptures(t *testing.T) {
	for _, c := range captures(t) {
		t.Run(c.name, func(t *testing.T) {
			file, err := os.Open(filepath.Join(captureFolder(), c.name+".log"))
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			for _, in := range []io.Reader{file, bytes.NewReader(c.bytes)} {
				epochs, err := readAll(in, nil)
				if err != nil {
					t.Error(err)
				}
				sameTimes(t, c, validTimes(epochs))
			}
		})
	}
}

func TestReadSkips(t *testing.T) {
	in := burstOf(0) + missummed(gsa) + "\r\n" + burstOf(1)
	var skipped []error
	epochs, err := readAll(strings.NewReader(in), &nmea.ReadOptions{Skipped: func(err error) { skipped = append(skipped, err) }})
	if err != nil || len(epochs) != 2 || len(skipped) != 1 || !errors.Is(skipped[0], nmea.ErrChecksum) {
		t.Errorf("%d epochs, %v, skipped %v; want 2 and a wrong checksum", len(epochs), err, skipped)
	}
	if epochs, err := readAll(strings.NewReader(in), nil); err != nil || len(epochs) != 2 {
		t.Errorf("%d epochs, %v", len(epochs), err)
	}
}

// A reader's error is yielded after the epoch that it cut short.
func TestReadFails(t *testing.T) {
	broken := errors.New("port is broken")
	epochs, err := readAll(io.MultiReader(strings.NewReader(recording(2)), iotest.ErrReader(broken)), nil)
	if len(epochs) != 2 || err != broken {
		t.Errorf("%d epochs, then %v; want 2, then %v", len(epochs), err, broken)
	}
	if epochs, err = readAll(iotest.ErrReader(os.ErrDeadlineExceeded), nil); len(epochs) > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%d epochs, %v; want a deadline of the caller to be an error", len(epochs), err)
	}
}

func TestReadBreak(t *testing.T) {
	n := 0
	for range nmea.Read(strings.NewReader(recording(3)), nil) {
		n++
		break
	}
	for range nmea.Read(strings.NewReader(recording(1)), nil) { // whose only epoch is yielded at the end
		n++
		break
	}
	if n != 2 {
		t.Errorf("%d epochs, want 2", n)
	}
}

// play sends bursts as a receiver does, each 150 ms into its second, by 16 bytes.
func play(w io.Writer, bursts ...string) {
	for _, burst := range bursts {
		time.Sleep(time.Until(time.Now().Truncate(s).Add(s + 150*ms)))
		for chunk := range slices.Chunk([]byte(burst), 16) {
			time.Sleep(time.Duration(len(chunk)) * at9600)
			w.Write(chunk)
		}
	}
}

// A reader with deadlines yields each epoch 50 ms after its burst, with its start.
func TestReadDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		port, receiver := net.Pipe()
		go func() {
			play(receiver, "\n", recording(1), line(gga("093001.00", "1")), line(rmc("093002.00", "A", "150414")))
			time.Sleep(s)
			port.Close()
		}()
		var arrived []time.Duration
		for e, err := range nmea.Read(port, &nmea.ReadOptions{Baud: 9600}) {
			if err != nil {
				if !errors.Is(err, io.ErrClosedPipe) {
					t.Errorf("%v, want the error of a closed port", err)
				}
				continue
			}
			arrived = append(arrived, time.Since(e.Start.Time()).Round(ms))
			if into := e.Start.Time().Sub(e.Start.Time().Truncate(s)); !e.HasStart || (into-150*ms).Abs() > time.Millisecond {
				t.Errorf("%v starts %v into its second (known: %v), want 150 ms", e.UTC, into, e.HasStart)
			}
		}
		lengths := []string{recording(1), "", line(rmc("093002.00", "A", "150414"))}
		if len(arrived) != len(lengths) {
			t.Fatalf("%d epochs, want %d", len(arrived), len(lengths))
		}
		for i, length := range lengths {
			want := time.Duration(len(length))*at9600 + 50*ms
			if length == "" { // it has no date: the next one completes it
				want = s + time.Duration(len(lengths[2]))*at9600
			}
			if (arrived[i] - want).Abs() > 2*ms {
				t.Errorf("epoch %d arrived %v after its start, want %v", i, arrived[i], want)
			}
		}
	})
}

// A reader without deadlines yields an epoch with the first sentence of the next, or at
// a timeout of its own.
func TestReadBlocks(t *testing.T) {
	for name, wait := range map[string]time.Duration{"blocks": 0, "times out": 20 * ms} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				out, in := io.Pipe()
				go func() {
					play(in, "\n", burstOf(0), burstOf(1))
					in.Close()
				}()
				var r io.Reader = struct{ io.Reader }{out}
				if wait > 0 {
					r = newTimeoutReader(out, wait)
				}
				for e, err := range nmea.Read(r, &nmea.ReadOptions{Baud: 9600}) {
					if err != nil {
						t.Fatal(err)
					}
					late := time.Since(e.Start.Time()) - time.Duration(len(burstOf(0)))*at9600
					if wait > 0 && (late < 50*ms || late > 50*ms+wait+ms) || wait == 0 && late < 800*ms {
						t.Errorf("%v arrived %v after its last byte", e.UTC, late)
					}
					break
				}
				io.Copy(io.Discard, r)
			})
		})
	}
}

// A timeoutReader returns 0 bytes and no error where nothing arrives in time.
type timeoutReader struct {
	chunks chan []byte
	wait   time.Duration
}

func newTimeoutReader(r io.Reader, wait time.Duration) *timeoutReader {
	t := &timeoutReader{make(chan []byte), wait}
	go func() {
		defer close(t.chunks)
		for {
			chunk := make([]byte, 64)
			n, err := r.Read(chunk)
			if err != nil {
				return
			}
			t.chunks <- chunk[:n]
		}
	}()
	return t
}

func (t *timeoutReader) Read(b []byte) (int, error) {
	select {
	case chunk, ok := <-t.chunks:
		if !ok {
			return 0, io.EOF
		}
		return copy(b, chunk), nil
	case <-time.After(t.wait):
		return 0, nil
	}
}

// A receiver that never sends a date wakes the reader once a burst, not all the time.
func TestReadWakesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		port, receiver := net.Pipe()
		counted := &countedReads{Conn: port}
		go func() {
			play(receiver, line(gga("093000.00", "1")), line(gga("093001.00", "1")), line(gga("093002.00", "1")))
			receiver.Close()
		}()
		epochs, err := readAll(counted, nil)
		chunks := 3 * ((len(line(gga("093000.00", "1"))) + 15) / 16)
		if want := chunks + 3; err != nil || len(epochs) != 3 || counted.reads != want {
			t.Errorf("%d epochs, %v, after %d reads; want 3 after %d", len(epochs), err, counted.reads, want)
		}
	})
}

type countedReads struct {
	net.Conn
	reads int
}

func (c *countedReads) Read(b []byte) (int, error) {
	c.reads++
	return c.Conn.Read(b)
}
