package daemonlines

import (
	"fmt"
	"strconv"
)

// poll is the logarithm to base 2 of the seconds between two decisions of a daemon:
// short, since nothing goes over the network, and long enough to take a median.
const poll = 4

// Both kinds of daemon look each second, and average the 60 % that lie nearest to the median.
var pollWhy = fmt.Sprintf("decide each 2^%d s, by those samples since that lie in the middle", poll)

// rank is the word that ranks a clock among all others.
func (r role) rank() word {
	switch {
	case !r.alone:
		return word{"noselect", "is shown, but does not set the clock: the pulse of this receiver does it better"}
	case r.refid == "PPS":
		return word{"prefer", "sets the clock as long as it agrees with the other servers"}
	}
	return word{}
}

// ntpRank is rank for daemons that take the precision of the samples for all their doubt:
// by how much a receiver is late that nobody has measured, they cannot be told.
func (r role) ntpRank() word {
	if r.uncalibrated {
		return word{"noselect", "is shown, but does not set the clock, which might else be as late"}
	}
	return r.rank()
}

// withWords adds the words that there are to a line.
func withWords(line string, words ...string) string {
	for _, w := range words {
		if w != "" {
			line += " " + w
		}
	}
	return line
}

func present(words ...word) (list []word) {
	for _, w := range words {
		if w.text != "" {
			list = append(list, w)
		}
	}
	return list
}

var chrony = Daemon{
	Name: "chrony", File: "/etc/chrony/conf.d/refclock.conf", Then: "sudo systemctl restart chrony",
	unit: true, socket: true, corrects: true, claims: true,
	line: func(r role) []string {
		head := "refclock SOCK " + r.Socket
		if r.Socket == "" {
			head = fmt.Sprintf("refclock SHM %d:perm=%s", r.Unit, r.perm())
		}
		return []string{withWords(head, "refid "+r.refid, "precision "+r.precision(), "delay "+r.delay(), "poll "+strconv.Itoa(r.poll), r.each().text, r.correct("offset").text, r.rank().text)}
	},
	words: func(r role) []word {
		head := word{"SOCK", "chronyd makes the socket; AppArmor wants it to be /run/chrony.NAME.sock"}
		if r.Socket == "" {
			head = word{"perm=" + r.perm(), "who may feed the unit: root alone"}
			if r.perm() == "0666" {
				head.why = "who may feed the unit: every user, as refclock need not run as root"
			}
		}
		return present(head,
			word{"refid " + r.refid, "its name in chronyc sources"},
			word{"precision " + r.precision(), "the jitter: chronyd does not read what refclock says of it"},
			word{"delay " + r.delay(), "half of it is how far the samples may be off: " + r.lateWhy + ", and 3 times the jitter"},
			word{"poll " + strconv.Itoa(r.poll), r.pollWhy},
			r.each(),
			r.correct("offset"),
			r.rank())
	},
}

// each has chronyd take each sample, of which it would else want several to choose from.
func (r role) each() word {
	if !r.single {
		return word{}
	}
	return word{"filter 1", "one sample is enough for a decision, since there may be no more"}
}

// correct is the word that takes off what is known to be wrong.
func (r role) correct(name string) word {
	if r.correction == 0 {
		return word{}
	}
	return word{fmt.Sprintf("%s %.6f", name, r.correction), "minus half of what requests take longer than answers, in seconds"}
}

// perm is the mode of a unit as chrony takes it.
func (r role) perm() string {
	switch {
	case r.Perm != 0:
		return fmt.Sprintf("%04o", r.Perm)
	case r.Unit < 2:
		return "0600"
	}
	return "0666"
}

// ntpWords are those that both ntpds take alike.
func (r role) ntpWords() []word {
	return present(
		word{"refid " + r.refid, "its name in ntpq -p"},
		word{fmt.Sprintf("minpoll %d", r.poll), r.pollWhy},
		word{fmt.Sprintf("maxpoll %d", r.poll), "and never less often"},
		r.correct("time1"),
		r.ntpRank())
}

func (r role) polls() string { return fmt.Sprintf("minpoll %d maxpoll %d", r.poll, r.poll) }

var ntp = Daemon{
	Name: "ntp", File: "/etc/ntp.conf", Then: "sudo systemctl restart ntp",
	unit: true, corrects: true,
	line: func(r role) []string {
		address := fmt.Sprintf("127.127.28.%d", r.Unit)
		return []string{
			withWords("server "+address, r.polls(), r.ntpRank().text),
			withWords("fudge "+address, "refid "+r.refid, "flag1 1", r.correct("time1").text),
		}
	},
	words: func(r role) []word {
		return append([]word{
			{fmt.Sprintf("127.127.28.%d", r.Unit), fmt.Sprintf("driver 28, shared memory, unit %d; the precision comes with the samples", r.Unit)},
			{"flag1 1", "takes samples also when the system clock is wrong by more than 4 hours, as it is on a machine without a battery; refclock judges the date"},
		}, r.ntpWords()...)
	},
}

var ntpsec = Daemon{
	Name: "ntpsec", File: "/etc/ntpsec/ntp.conf", Then: "sudo systemctl restart ntpsec",
	unit: true, corrects: true,
	line: func(r role) []string {
		return []string{withWords(fmt.Sprintf("refclock shm unit %d", r.Unit), "refid "+r.refid, r.polls(), r.correct("time1").text, r.ntpRank().text)}
	},
	words: func(r role) []word {
		return append([]word{
			{fmt.Sprintf("unit %d", r.Unit), "the precision comes with the samples. flag1 is not wanted: NTPsec has turned its meaning round, so that it would refuse samples on a machine without a battery"},
		}, r.ntpWords()...)
	},
}

var ntpdRS = Daemon{
	Name: "ntpd-rs", File: "/etc/ntpd-rs/ntp.toml", Then: "sudo systemctl restart ntpd-rs",
	socket: true, claims: true, flags: " --layout 96", // its samples have 40 bytes on every machine
	line: func(r role) []string {
		lines := []string{"[[source]]", `mode = "sock"`, fmt.Sprintf("path = %q", r.Socket), "precision = " + r.precision()}
		if r.alone {
			return append(lines, "# measurement_noise_estimate = "+r.variance()+" # in place of precision for ntpd-rs 1.4")
		}
		for i := range lines {
			lines[i] = "# " + lines[i]
		}
		return lines
	},
	words: func(r role) []word {
		words := []word{
			{"path", "ntpd-rs makes the socket, and must be allowed to: /run/ntpd-rs is its own folder"},
			{"precision", "the jitter, which no sample tells; ntpd-rs 1.4, as in Debian 13, wants its square"},
		}
		if !r.alone {
			words = append(words, word{"#", "ntpd-rs has no noselect, and the pulse of this receiver is better: left out"})
		}
		return words
	},
	end: func(Setup) string {
		return "\n# Where there are fewer than three other sources, ntpd-rs waits for more unless\n# told:\n# [synchronization]\n# minimum-agreeing-sources = 1\n"
	},
}

// variance is the square of the precision.
func (r role) variance() string {
	x, err := strconv.ParseFloat(r.precision(), 64)
	if err != nil {
		panic("a number that was printed here: " + err.Error())
	}
	return ceiling(x * x)
}
