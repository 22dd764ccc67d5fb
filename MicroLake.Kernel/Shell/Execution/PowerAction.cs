namespace MicroLake.Shell;

/// <summary>What shall happen to the machine once a script is over.</summary>
public enum PowerAction
{
    None,
    PowerOff,
    Reboot,
}
