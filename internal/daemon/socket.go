package daemon

import (
	"github.com/refclock/refclock/driver"
	"github.com/refclock/refclock/shm"
	"github.com/refclock/refclock/sock"
)

// A lateSocket chooses the layout of its datagrams at the first sample. By then the
// unit beside it may have shown the width of the consumer's time_t.
type lateSocket struct {
	*sock.Sender // nil until then
	path         string
	layout       func() shm.Layout // of the consumer; 0 if it is not known
}

// Send is sock.Sender's.
func (s *lateSocket) Send(sample sock.Sample) error {
	if s.Sender == nil {
		layout, err := driver.SocketLayout(s.layout())
		if err != nil {
			return err
		}
		if s.Sender, err = sock.NewSender(s.path, sock.WithLayout(layout)); err != nil {
			return err
		}
	}
	return s.Sender.Send(sample)
}

func (s *lateSocket) Close() error {
	if s.Sender == nil {
		return nil
	}
	return s.Sender.Close()
}
