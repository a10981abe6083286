//! Each verb through the library, the command line and the screen: the same facts.
