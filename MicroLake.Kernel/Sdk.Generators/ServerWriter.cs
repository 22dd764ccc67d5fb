using System.Linq;
using System.Text;

namespace MicroLake.SdkGenerators;

/// <summary>The server's class of a contract.</summary>
internal static class ServerWriter
{
    private const string Code = "global::MicroLake.Sdk.ReplyCode";

    public static string Write(ContractInterface contract)
    {
        var text = new StringBuilder();
        text.Append($"/// <summary>Serves the contract <c>{contract.Contract}</c>, version {contract.Version} and earlier ones, with an implementation.</summary>\n");
        text.Append($"{contract.Accessibility} sealed class {contract.Name}Server({contract.FullName} service) : global::MicroLake.Sdk.IDispatcher\n{{\n");
        text.Append("    public void Dispatch(ref global::MicroLake.Abi.Message message, global::System.Span<byte> payload)\n    {\n");
        text.Append($"        {Code} code = global::MicroLake.Sdk.ContractLabel.Check(message.Label, 0x{contract.Hash:x}u, {contract.Version}, out int method, out int version);\n");
        text.Append($"        if (code == {Code}.Ok)\n        {{\n            try\n            {{\n                code = method switch\n                {{\n");
        foreach (ContractMethod method in contract.Methods)
            text.Append($"                    {method.Number}{(method.Since > 1 ? $" when version >= {method.Since}" : "")} => {Private(method)}(ref message, payload),\n");
        text.Append($"                    _ => {Code}.UnknownMethod,\n                }};\n            }}\n");
        text.Append($"            catch (global::MicroLake.Sdk.ContractException refusal) when (refusal.Code != {Code}.Ok)\n            {{\n                code = refusal.Code;\n            }}\n");
        text.Append($"            catch (global::System.Exception)\n            {{\n                code = {Code}.Failed;\n            }}\n        }}\n\n");
        text.Append($"        if (code == {Code}.Ok)\n            message.Label = (ulong)code;\n        else\n");
        text.Append("            global::MicroLake.Sdk.ServerMessage.Refuse(ref message, code);\n    }\n\n");
        text.Append(string.Join("\n", contract.Methods.Select(Method)));
        return text.Append("}\n").ToString();
    }

    // Overloads share a name: the number tells them apart.
    private static string Private(ContractMethod method) => $"{method.Name}{method.Number}";

    private static string Method(ContractMethod method)
    {
        var text = new StringBuilder();
        text.Append($"    private {Code} {Private(method)}(ref global::MicroLake.Abi.Message message, global::System.Span<byte> payload)\n    {{\n");
        text.Append($"        if (message.HandleCount != {method.HandleCount}");
        text.Append($" || !global::MicroLake.Sdk.ServerMessage.TryCopyFields(ref message, payload, {method.CallBytes}, out byte[] fields))\n");
        text.Append($"            return {Code}.BadMessage;\n");
        text.Append("        var reader = new global::MicroLake.Sdk.MessageReader(fields);\n");
        foreach ((string name, FieldType type) in method.Parameters.Where(p => !p.Type.IsHandle))
            text.Append(ClientWriter.Get("reader", "p_" + name, type, "        "));
        text.Append($"        if (!reader.IsValid{(method.SharesCall ? " || !reader.IsAtEnd" : "")})\n            return {Code}.BadMessage;\n");
        int handle = 0;
        foreach ((string name, FieldType type) in method.Parameters.Where(p => p.Type.IsHandle))
            text.Append($"        var p_{name} = new {type.TypeName}(message.GetHandle({handle++}));\n");
        text.Append("        message.HandleCount = 0;\n");
        string arguments = string.Join(", ", method.Parameters.Select(p => "p_" + p.Name));
        text.Append($"        {(method.Result is null ? "" : "var result = ")}service.{method.Name}({arguments});\n");
        text.Append("        message.Bytes.Clear();\n");
        if (method.Result is { } result)
        {
            text.Append($"        var writer = new global::MicroLake.Sdk.MessageWriter({(method.SharesAnswer ? "payload" : "message.Bytes")});\n");
            text.Append($"        {ClientWriter.Put("writer", "message", "result", result, isResult: true)}\n");
            text.Append($"        if (!writer.Fits)\n            return {Code}.Failed;\n");
            if (method.SharesAnswer)
                text.Append("        message[0] = (ulong)writer.Length;\n");
        }

        return text.Append($"        return {Code}.Ok;\n    }}\n").ToString();
    }
}
