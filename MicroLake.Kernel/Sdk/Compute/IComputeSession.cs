namespace MicroLake.Sdk;

/// <summary>
/// A model of one client: loaded once, then run on rows in memory that both sides share. Rows begin that memory, outputs begin where
/// <see cref="ComputeContract.OutputOffset"/> says; the graphics processor reads and writes them there. Longer answers need shared memory of the channel
/// (<see cref="ComputeContract.SharedBytes"/>).
/// </summary>
[Contract("microlake.compute.session", 1)]
public interface IComputeSession
{
    /// <summary>Loads an ONNX file that is in memory of the client's. The service takes a copy, and needs the memory no more.</summary>
    ComputeOutcome Load(Handle file, int bytes);

    /// <summary>Numbers in a row of inputs; 0: no model is loaded.</summary>
    int InputColumns();

    /// <summary>Numbers in a row of outputs; 0: no model is loaded.</summary>
    int OutputColumns();

    /// <summary>The most rows of a run; 0: no model is loaded.</summary>
    int MostRows();

    /// <summary>Shares memory for so many rows and their outputs, once. The service maps it; whether the client keeps it is the client's affair.</summary>
    ComputeOutcome Share(Handle memory, int bytes, int rows);

    /// <summary>Runs the first rows of the memory.</summary>
    ComputeOutcome Run(int rows, ComputePlace place);

    /// <summary>Bytes of rows and outputs that were copied for this client.</summary>
    long CopiedBytes();

    /// <summary>Why the last call that was refused was, or why the graphics processor is in no use; empty: there is no more to say.</summary>
    [return: MaxLength(ComputeContract.MostReasonBytes)]
    string Reason();
}
