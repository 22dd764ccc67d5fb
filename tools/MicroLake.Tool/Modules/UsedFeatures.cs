using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroLake.MLaaS.Hooks;
using MicroLake.MLaaS.Models;
using MicroLake.MLaaS.Packages;
using MicroLake.Policies;
using MicroLake.Policies.Verification;

namespace MicroLake.Tool.Modules;

/// <summary>
/// What a policy sees, for a manifest that does not say: the kernel grants nothing by itself. A feature is used if the verifier refuses the policy without it. Helpers that reach out of
/// the module are left to the author to name.
/// </summary>
internal static class UsedFeatures
{
    private static readonly JsonDocumentOptions s_lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <summary>The manifest with <c>policy.features</c>; as it is where it has them, or there is no policy.</summary>
    /// <param name="parts">Of the module.</param>
    /// <param name="used">What was added; null: nothing.</param>
    /// <exception cref="ModuleException">It is no manifest, or the policy is refused whatever it is granted.</exception>
    public static byte[] Grant(IReadOnlyDictionary<string, byte[]> parts, out IReadOnlyList<string>? used)
    {
        used = null;
        byte[] json = parts[ModulePart.Manifest];
        if (!parts.TryGetValue(ModulePart.Policy, out byte[]? policy) || ModuleManifest.Read(json) is not { Policy.Features: null } manifest)
            return json;
        HookDescription hook = HookDescription.For(manifest, parts.ContainsKey(ModulePart.Model));
        List<string> all = [.. hook.Features.Select(feature => feature.Name)];
        DecisionPolicy.Load(policy, hook, PolicyGrants.Of(all, manifest.Policy.Helpers), PolicyEnvironment.ForChecking).Dispose();
        string[] found = [.. all.Where(feature => IsUsed(policy, hook, PolicyGrants.Of([.. all.Where(other => other != feature)], manifest.Policy.Helpers)))];
        used = found;
        JsonObject root = JsonNode.Parse(json, documentOptions: s_lenient)!.AsObject();
        if (root["policy"] is not JsonObject grants)
            root["policy"] = grants = [];
        grants["features"] = new JsonArray([.. found.Select(feature => (JsonNode)feature)]);
        return Encoding.UTF8.GetBytes(root.ToJsonString(s_indented) + "\n");
    }

    private static bool IsUsed(byte[] policy, HookDescription hook, PolicyGrants without)
    {
        try
        {
            DecisionPolicy.Load(policy, hook, without, PolicyEnvironment.ForChecking).Dispose();
            return false;
        }
        catch (ModuleException error) when (error.InnerException is VerificationException)
        {
            return true;
        }
    }
}
