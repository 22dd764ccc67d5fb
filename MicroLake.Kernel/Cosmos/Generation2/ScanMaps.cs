namespace Cosmos.System.ScanMaps;

/// <summary>
/// A keyboard layout. The console is a terminal, which sends characters and not scan codes: it has applied its own layout
/// before the kernel sees a key. A layout that a kernel sets is kept and given back, and changes nothing else.
/// </summary>
public abstract class ScanMapBase;

public class USStandardLayout : ScanMapBase;

public class GBStandardLayout : ScanMapBase;

public class DEStandardLayout : ScanMapBase;

public class FRStandardLayout : ScanMapBase;

public class ESStandardLayout : ScanMapBase;

public class TRStandardLayout : ScanMapBase;
