package htntp

// excludePortal excludes the servers that agree if a single captive portal may have answered
// for all of them: without it, no majority remains. It redirects each name to the same other
// host. Only http:// can be intercepted like this.
func (e *Engine) excludePortal(survey *survey) {
	portal, answers, others := "", 0, 0
	for i, c := range survey.servers {
		if c.standing != Agrees {
			continue
		}
		switch to := e.servers[i].elsewhere; {
		case to == "" || portal != "" && to != portal:
			others++
		default:
			portal, answers = to, answers+1
		}
	}
	if answers < 2 || others >= survey.majority() {
		return
	}
	for i, c := range survey.servers {
		if c.standing == Agrees && e.servers[i].elsewhere == portal {
			c.exclude(ErrPortal.because("it redirects to %.60q, as all others do", portal))
		}
	}
}
