namespace MicroLake.GuestTests;

/// <summary>Marks a public static method without parameters as a test; the list of tests is made at compile time.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GuestTestAttribute : Attribute;
