package simweb

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// A Fault returns a server's reply to a request.
type Fault func(Request) Reply

func ok(r Request, fields ...string) Reply {
	return Reply{Status: "200 OK", Fields: append(fields, "Content-Length: 0")}
}

// Cached answers like a cache, with a response of this age.
func Cached(age time.Duration) Fault {
	return func(r Request) Reply {
		return ok(r, Date(r.Now.Add(-age)), fmt.Sprintf("Age: %d", int(age.Seconds())))
	}
}

// CachedUnlessNew answers from a cache, except for a request with a query.
func CachedUnlessNew(age time.Duration) Fault {
	cached := Cached(age)
	return func(r Request) Reply {
		if strings.Contains(r.Target, "?") {
			return ok(r, Date(r.Now), "Age: 0")
		}
		return cached(r)
	}
}

// FreshCache answers with an Age of 0, like a cache that has just asked the server.
func FreshCache(r Request) Reply { return ok(r, Date(r.Now), "Age: 0", "Via: 1.1 cache") }

// Frozen always answers with the time at which the connection was opened.
func Frozen(r Request) Reply { return ok(r, Date(r.Opened)) }

// RFC850 writes the Date in the obsolete format of RFC 850.
func RFC850(r Request) Reply {
	return ok(r, "Date: "+r.Now.UTC().Format("Monday, 02-Jan-06 15:04:05 GMT"))
}

// LastUpdate has other dates before the Date.
func LastUpdate(r Request) Reply {
	return ok(r, "X-Last-Update: Mon, 01 Jan 2001 00:00:00 GMT", "Last-Modified: Tue, 02 Jan 2001 00:00:00 GMT", "Expires: 0", Date(r.Now))
}

// NoHead closes the connection on HEAD.
func NoHead(r Request) Reply {
	if r.Method == "HEAD" {
		return Reply{Silent: true}
	}
	return Reply{Status: "200 OK", Fields: []string{Date(r.Now), "Content-Length: 5"}, Body: "hello"}
}

// NoHeadDate has a Date for GET only.
func NoHeadDate(r Request) Reply {
	if r.Method == "HEAD" {
		return ok(r)
	}
	return Reply{Status: "206 Partial Content", Fields: []string{Date(r.Now), "Content-Length: 1"}, Body: "h"}
}

// NotAllowed answers with status 405.
func NotAllowed(r Request) Reply {
	return Reply{Status: "405 Method Not Allowed", Fields: []string{Date(r.Now), "Content-Length: 0"}}
}

// NoDate has no Date.
func NoDate(r Request) Reply { return ok(r) }

// Redirect redirects to another server.
func Redirect(r Request) Reply {
	return Reply{Status: "301 Moved Permanently", Fields: []string{"Location: https://elsewhere.example/", Date(r.Now), "Content-Length: 0"}}
}

// Status answers with a status and more fields.
func Status(status string, fields ...string) Fault {
	return func(r Request) Reply {
		return Reply{Status: status, Fields: append([]string{Date(r.Now), "Content-Length: 0"}, fields...)}
	}
}

// Forbidden answers with status 403.
func Forbidden(r Request) Reply {
	return Reply{Status: "403 Forbidden", Fields: []string{Date(r.Now), "Content-Length: 0"}}
}

// Stall never answers.
func Stall(Request) Reply { return Reply{Mute: true} }

// Drip sends a byte every 100 ms.
func Drip(r Request) Reply {
	reply := ok(r, Date(r.Now))
	reply.Drip = 100 * time.Millisecond
	return reply
}

// Endless has an endless head.
func Endless(r Request) Reply {
	return Reply{Raw: "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-Padding: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", 100), Drip: 0, Endless: true}
}

// Interim sends answers of status 1xx without end.
func Interim(r Request) Reply {
	return Reply{Raw: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", Endless: true}
}

// EarlyHints sends status 103 with a wrong Date before the real answer.
func EarlyHints(r Request) Reply {
	return Reply{Raw: "HTTP/1.1 103 Early Hints\r\nDate: Mon, 01 Jan 2001 00:00:00 GMT\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + Date(r.Now) + "\r\n\r\n"}
}

// CloseEach closes the connection after each answer, and announces it.
func CloseEach(r Request) Reply {
	reply := ok(r, Date(r.Now), "Connection: close")
	reply.Close = true
	return reply
}

// CloseUnsaid closes the connection after each answer without announcing it.
func CloseUnsaid(r Request) Reply {
	reply := ok(r, Date(r.Now))
	reply.Close = true
	return reply
}

// NUL has a NUL byte in its Date.
func NUL(r Request) Reply { return ok(r, strings.Replace(Date(r.Now), ":", ":\x00", 1)) }

// Year10000 has a Date in the year 10000.
func Year10000(r Request) Reply { return ok(r, "Date: Sat, 01 Jan 10000 00:00:00 GMT") }

// Year1995 has a Date in 1995.
func Year1995(r Request) Reply { return ok(r, "Date: Sun, 01 Jan 1995 00:00:00 GMT") }

// TwoDates has two different Dates.
func TwoDates(r Request) Reply { return ok(r, Date(r.Now), Date(r.Now.Add(time.Hour))) }

// NoHTTP uses another protocol.
func NoHTTP(Request) Reply { return Reply{Raw: "220 mail.example ESMTP\r\n\r\n"} }

// TooMany answers with status 429 and a Retry-After.
func TooMany(wait time.Duration) Fault {
	return func(r Request) Reply {
		return Reply{Status: "429 Too Many Requests", Fields: []string{Date(r.Now), fmt.Sprintf("Retry-After: %d", int(wait.Seconds())), "Content-Length: 0"}}
	}
}

// BodyAfterHead sends a body after HEAD.
func BodyAfterHead(r Request) Reply {
	return Reply{Raw: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" + Date(r.Now) + "\r\n\r\nhello"}
}

// BigHead has 9 KB of cookies before the Date.
func BigHead(r Request) Reply {
	return ok(r, "Set-Cookie: a="+strings.Repeat("x", 9000), Date(r.Now))
}

// LaggingDate updates its Date this long after each second.
func LaggingDate(lag time.Duration) Fault {
	return func(r Request) Reply { return ok(r, Date(r.Now.Add(-lag))) }
}

// Slowing answers this many requests promptly, and later ones as a server with too much to do:
// 25 to 175 ms pass before it reads its clock, and as many afterwards.
func Slowing(prompt int, seed uint64) Fault {
	var mu sync.Mutex
	random, requests := rand.New(rand.NewPCG(seed, 1)), 0
	wait := func() time.Duration {
		mu.Lock()
		defer mu.Unlock()
		return 25*time.Millisecond + time.Duration(random.Int64N(int64(150*time.Millisecond)))
	}
	return func(r Request) Reply {
		mu.Lock()
		requests++
		slow := requests > prompt
		mu.Unlock()
		if !slow {
			return ok(r, Date(r.Now))
		}
		before := wait()
		time.Sleep(before)
		date := Date(r.Now.Add(before))
		time.Sleep(wait())
		return ok(r, date)
	}
}

// HTTPSTime also has the header X-HTTPSTIME.
func HTTPSTime(r Request) Reply {
	return ok(r, Date(r.Now), fmt.Sprintf("X-HTTPSTIME: %d.%06d", r.Now.Unix(), r.Now.Nanosecond()/1000))
}
