package shm_test

import (
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/refclock/refclock/shm"
)

// A producer publishes a sample, and a consumer takes it. In a real program,
// shm.Attach(2) replaces shm.NewMemory.
func Example() {
	unit := shm.NewMemory(shm.Layout96)

	receive := time.Date(2026, 11, 22, 22, 29, 21, 211_413_777, time.UTC)
	clock := receive.Add(-time.Second)
	err := unit.Update(shm.Sample{Clock: clock, Receive: receive, Precision: -20})
	if err != nil {
		log.Fatal(err)
	}

	sample, err := unit.Take()
	fmt.Println(sample.Clock, sample.Offset(), err)
	// Output: 2026-11-22 22:29:20.211413777 +0000 UTC -1s <nil>
}

func ExampleSegment_Update() {
	unit := shm.NewMemory(shm.Layout80)
	now := time.Unix(1795386302, 777)

	fmt.Println(unit.Update(shm.Sample{Clock: now, Receive: now, Leap: shm.LeapAdd}))
	fmt.Println(unit.Update(shm.Sample{Clock: now, Precision: 20}))
	fmt.Println(unit.Update(shm.Sample{}))
	// Output:
	// <nil>
	// update: memory: precision 20: out of range, expected -32..0
	// update: memory: no clock time given
}

// Precision and leap are set once, in a Sample that is used again.
func ExampleSegment_Update_defaults() {
	unit := shm.NewMemory(shm.Layout96)
	sample := shm.Sample{Precision: -9, Leap: shm.LeapAdd}
	for second := range int64(3) {
		sample.Clock, sample.Receive = time.Unix(second, 0), time.Unix(second, 25_000_000)
		if err := unit.Update(sample); err != nil {
			log.Fatal(err)
		}
		got, err := unit.Take()
		fmt.Println(got.Offset(), got.Precision, got.Leap == shm.LeapAdd, err)
	}
	// Output:
	// -25ms -9 true <nil>
	// -25ms -9 true <nil>
	// -25ms -9 true <nil>
}

// A consumer takes each sample except one.
func ExampleSegment_Counters() {
	unit := shm.NewMemory(shm.Layout96)
	for second := range int64(10) {
		if err := unit.Update(shm.Sample{Clock: time.Unix(second, 0)}); err != nil {
			log.Fatal(err)
		}
		if second == 4 {
			continue
		}
		if _, err := unit.Take(); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("%+v\n", unit.Counters())
	// Output: {Published:10 Consumed:8 Overwritten:1 Foreign:0}
}

// A monitor shows the last sample, even if a consumer has taken it.
func ExampleSegment_Read() {
	unit := shm.NewMemory(shm.Layout96)
	now := time.Unix(1795386302, 0)
	if err := unit.Update(shm.Sample{Clock: now, Receive: now.Add(25 * time.Millisecond)}); err != nil {
		log.Fatal(err)
	}
	if _, err := unit.Take(); err != nil {
		log.Fatal(err)
	}

	sample, err := unit.Read()
	fmt.Println(sample.Offset(), sample.Valid, err)
	_, err = unit.Peek()
	fmt.Println(errors.Is(err, shm.ErrNoSample))
	// Output:
	// -25ms false <nil>
	// true
}

// FieldByName finds a field by its C name.
func ExampleFieldByName() {
	unit := shm.NewMemory(shm.Layout96)
	field, ok := shm.FieldByName("clockTimeStampSec")
	if !ok {
		log.Fatal("no such field")
	}
	fmt.Println(unit.Set(field, 1795386302))
	fmt.Println(field, unit.Get(field))
	// Output:
	// <nil>
	// clockTimeStampSec 1795386302
}

func ExampleLayoutOfSize() {
	for _, size := range []int{80, 88, 96, 100} {
		layout, err := shm.LayoutOfSize(size)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%v, valid at byte %d\n", layout, layout.Offset(shm.FieldValid))
	}
	// Output:
	// 80 bytes, 32-bit time_t, valid at byte 36
	// 88 bytes, 64-bit time_t, valid at byte 44
	// 96 bytes, 64-bit time_t, valid at byte 48
	// unknown size: 100 bytes, expected 80, 88 or 96
}
