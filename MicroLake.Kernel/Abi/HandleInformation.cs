namespace MicroLake.Abi;

/// <summary>What a handle is.</summary>
public struct HandleInformation
{
    public ObjectType Type;
    public HandleRights Rights;
}
