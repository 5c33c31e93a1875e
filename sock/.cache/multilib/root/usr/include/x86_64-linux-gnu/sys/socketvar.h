/* This header is used on many systems but for GNU we have everything
   already defined in the standard header.  */
#include <sys/socket.h>
