// Locals are not cleared on entry: large ones would be cleared by a library call that leaves the nucleus.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
