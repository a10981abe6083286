//! The screen: paints rows and turns keys into actions.
