package sock_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/refclock/refclock/sock"
)

// A producer sends a sample, and a consumer receives it. The Receiver takes the place of
// chronyd.
func Example() {
	dir, err := os.MkdirTemp("", "sock")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "gps.sock")

	sender, err := sock.NewSender(path)
	if err != nil {
		log.Fatal(err)
	}
	defer sender.Close()
	receive := time.Date(2026, 11, 22, 22, 29, 21, 211_413_777, time.UTC)
	sample := sock.Sample{Clock: receive.Add(-time.Second), Receive: receive}

	err = sender.Send(sample)
	fmt.Println("no consumer yet:", errors.Is(err, sock.ErrAbsent))

	consumer, err := sock.Listen(path)
	if err != nil {
		log.Fatal(err)
	}
	defer consumer.Close()
	fmt.Println("sent:", sender.Send(sample))
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	got, err := consumer.Receive(ctx)
	fmt.Println(got.Receive, got.Offset(), err)
	// Output:
	// no consumer yet: true
	// sent: <nil>
	// 2026-11-22 22:29:21.211413 +0000 UTC -1s <nil>
}

func ExampleLayout_Encode() {
	at := time.Unix(1795386302, 0)
	datagram, err := sock.Layout32.Encode(nil, sock.Sample{Clock: at, Receive: at})
	fmt.Println(len(datagram), err)
	_, err = sock.Layout32.Encode(nil, sock.Sample{Clock: at, Receive: at, Leap: 3})
	fmt.Println(err)
	// Output:
	// 32 <nil>
	// out of range: leap 3, expected 0..2
}
