using System.Text;
using System.Text.Json;
using OpenAI.Chat;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>A remote model's calls of tools as text, as they come, in the marks that a plan's parser reads (<see cref="Tools.HermesParser"/>).</summary>
internal sealed class RemoteToolCalls
{
    private int? _open;
    private bool _hasArguments;

    /// <returns>What the text gets.</returns>
    public string Read(IReadOnlyList<StreamingChatToolCallUpdate> parts)
    {
        if (parts.Count == 0)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if (part.Index != _open)
            {
                text.Append(End());
                text.Append("<tool_call>{\"name\": ").Append(JsonSerializer.Serialize(part.FunctionName ?? "")).Append(", \"arguments\": ");
                _open = part.Index;
            }

            string arguments = part.FunctionArgumentsUpdate?.ToString() ?? "";
            _hasArguments |= arguments.Length > 0;
            text.Append(arguments);
        }

        return text.ToString();
    }

    /// <returns>What the text gets when the last call has come.</returns>
    public string End()
    {
        if (_open is null)
        {
            return "";
        }

        string end = _hasArguments ? "}</tool_call>" : "{}}</tool_call>";
        (_open, _hasArguments) = (null, false);
        return end;
    }
}
