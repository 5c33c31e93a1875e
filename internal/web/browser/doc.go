// Package browser has the tests of the page in a real browser, chromium, against a real
// refclock with simulated hardware. It has no code of its own.
package browser
