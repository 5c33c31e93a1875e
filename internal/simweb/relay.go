package simweb

import (
	"math/rand/v2"
	"net"
	"sync/atomic"
	"time"
)

// A Relay is a network path. In each direction it delays data by a minimum time and a
// random time with an exponential distribution, and keeps the order. It does not delay new
// connections.
type Relay struct {
	Target    string // host:port
	Out, Back time.Duration
	Jitter    time.Duration
	Seed      uint64

	connections atomic.Uint64
}

// Listen relays every connection until the listener is closed.
func (r *Relay) Listen(l net.Listener) {
	for {
		near, err := l.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", r.Target)
		if err != nil {
			near.Close()
			continue
		}
		n := r.connections.Add(1)
		go r.carry(far, near, r.Out, rand.New(rand.NewPCG(r.Seed, 2*n)))
		go r.carry(near, far, r.Back, rand.New(rand.NewPCG(r.Seed, 2*n+1)))
	}
}

// A parcel is the data of one read, and when to deliver it.
type parcel struct {
	at   time.Time
	data []byte
}

func (r *Relay) carry(to, from net.Conn, minDelay time.Duration, random *rand.Rand) {
	parcels := make(chan parcel, 64)
	go func() {
		defer to.Close()
		for p := range parcels {
			time.Sleep(time.Until(p.at))
			if _, err := to.Write(p.data); err != nil {
				from.Close()
			}
		}
	}()
	defer close(parcels)
	last := time.Now()
	for {
		data := make([]byte, 4096)
		n, err := from.Read(data)
		at := time.Now().Add(minDelay + time.Duration(random.ExpFloat64()*float64(r.Jitter)))
		if at.Before(last) {
			at = last
		}
		last = at
		if n > 0 {
			parcels <- parcel{at, data[:n]}
		}
		if err != nil {
			return
		}
	}
}
