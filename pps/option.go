package pps

// An Option changes how a source is opened. Each says to which it matters; the
// others do not mind it.
type Option func(*options)

type options struct {
	ktimer    bool
	activeLow bool
	bias      Bias
	polling   bool
}

func collect(list []Option) options {
	var o options
	for _, option := range list {
		option(&o)
	}
	return o
}

// WithKtimer takes a /dev/ppsN even if it is the kernel's own timer: for tests only,
// its pulse has nothing to do with the second.
func WithKtimer() Option { return func(o *options) { o.ktimer = true } }

// WithActiveLow calls the electrical fall of a GPIO line its rising edge. The
// default is active high.
func WithActiveLow() Option { return func(o *options) { o.activeLow = true } }

// WithPolling has a modem line looked at again and again, as [OpenModem] does of its
// own accord where the port refuses to tell of changes. It is for ports that do not
// refuse, and yet never tell.
func WithPolling() Option { return func(o *options) { o.polling = true } }

// WithBias sets the pull resistor of a GPIO line. The default is BiasAsIs.
func WithBias(b Bias) Option { return func(o *options) { o.bias = b } }

// A Bias is the pull resistor of a GPIO line. Not every chip has one to switch;
// opening the line then fails.
type Bias int

const (
	BiasAsIs     Bias = iota // whatever the chip, its overlay or the last user set
	BiasDisabled             // none
	BiasPullUp
	BiasPullDown
)
