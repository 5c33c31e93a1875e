package responder

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/refclock/refclock/internal/pty"
)

// A Served is a Receiver at the other end of a pseudo-terminal.
type Served struct {
	Name string // what the program opens; a link that survives an unplugging

	receiver *Receiver
	second   time.Duration
	stop     chan struct{}
	sender   sync.WaitGroup
	done     sync.WaitGroup // the other goroutines

	mu   sync.Mutex
	line *pty.Pty // nil while the receiver is unplugged
}

// Serve opens a pseudo-terminal for a receiver, with a link to it in a folder. second is
// how often the receiver sends its sentences: in tests, the seconds are short. Its bytes
// are garbled if the program has set another rate.
func Serve(r *Receiver, folder string, second time.Duration) (*Served, error) {
	s := &Served{Name: filepath.Join(folder, "receiver"), receiver: r, second: second, stop: make(chan struct{})}
	if err := s.plug(); err != nil {
		return nil, err
	}
	s.sender.Go(s.send)
	return s, nil
}

// plug opens a new pseudo-terminal.
func (s *Served) plug() error {
	line, err := pty.Open()
	if err != nil {
		return err
	}
	os.Remove(s.Name)
	if err := os.Symlink(line.Name(), s.Name); err != nil {
		line.Close()
		return err
	}
	s.mu.Lock()
	s.line = line
	s.mu.Unlock()
	s.done.Go(func() { s.receive(line) })
	return nil
}

// Unplug closes the pseudo-terminal. The next second opens another.
func (s *Served) Unplug() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.line != nil {
		os.Remove(s.Name)
		s.line.Close()
		s.line = nil
	}
}

// Close ends the receiver.
func (s *Served) Close() {
	close(s.stop)
	s.sender.Wait() // it could plug the receiver in again
	s.Unplug()
	s.done.Wait()
}

// receive passes what the program writes to the receiver.
func (s *Served) receive(line *pty.Pty) {
	data := make([]byte, 4096)
	for {
		n, err := line.Read(data)
		if errors.Is(err, os.ErrClosed) {
			return
		}
		baud, _ := line.Baud()
		answer, at := s.receiver.Take(data[:n], baud)
		if s.receiver.Gone() {
			s.Unplug()
			return
		}
		deliver(line, answer, at)
		if err != nil {
			return
		}
	}
}

// deliver writes bytes that were sent at a rate, as the program's port hears them. It looks
// at the port's rate last: a port that changes its rate discards what it heard before.
func deliver(line *pty.Pty, data []byte, sent int) {
	baud, _ := line.Baud()
	for {
		heard := garble(data, sent, baud)
		now, err := line.Baud()
		if err != nil || now == baud {
			_, _ = line.Write(heard)
			return
		}
		baud = now
	}
}

// send sends the sentences of each second, and plugs a receiver in that was unplugged.
func (s *Served) send() {
	ticker := time.NewTicker(s.second)
	defer ticker.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-ticker.C:
		}
		s.mu.Lock()
		line := s.line
		if line != nil {
			burst, at := s.receiver.Second()
			deliver(line, burst, at)
		}
		s.mu.Unlock()
		if line == nil {
			_ = s.plug()
		}
	}
}
