namespace MicroLake.Services.Supervision;

/// <summary>A service as its supervisor sees it.</summary>
/// <param name="Generation">1 for the first start; a client that sees another knows that the service has forgotten it.</param>
/// <param name="Process">Identifier of its process; 0 while there is none.</param>
/// <param name="Restarts">How often it was started again.</param>
/// <param name="LastEnd">How it ended the last time, in words; empty before.</param>
public readonly record struct ServiceUse(string Name, ServiceState State, uint Generation, uint Process, int Restarts, string LastEnd);
