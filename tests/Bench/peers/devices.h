#ifndef DEVICES_H
#define DEVICES_H

// Loads the drivers of /modules and makes /dev. False: there are none.
int devices_start(void);

#endif
