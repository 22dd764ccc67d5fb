namespace MicroLake.Drivers.Console;

/// <summary>Events of the control queues that matter here (VIRTIO 1.2, 5.3.6.2).</summary>
internal enum ControlEvent : ushort
{
    DeviceReady = 0,
    PortAdd = 1,
    PortRemove = 2,
    PortReady = 3,
    PortOpen = 6,
    PortName = 7,
}
