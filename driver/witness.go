package driver

import (
	"fmt"
	"time"
)

// A Witness knows the time independently of the clock that it is asked about.
type Witness interface {
	fmt.Stringer

	// Testify tells what it knows, cheaply; false if it knows nothing now.
	Testify() (Testimony, bool)
}

// A Testimony says that true time minus the system clock lies within Offset ± Within.
type Testimony struct{ Offset, Within time.Duration }
