using System.Text;
using System.Text.Json;
using ExpertCluster.V1;
using Grpc.Core;
using Microsoft.Extensions.AI;

namespace ExpertCluster.Client;

/// <summary>Puts the pieces of calls together: a call is told when all of it is there.</summary>
internal sealed class CallCollector
{
    /// <summary>Calls of an answer.</summary>
    public const int MostCalls = 128;

    /// <summary>Characters of all arguments of an answer.</summary>
    public const int MostCharacters = 4 << 20;

    private readonly SortedDictionary<int, (string Id, string Name, StringBuilder Arguments)> _calls = [];
    private int _characters;

    /// <exception cref="ExpertClusterException">There are more than a client takes.</exception>
    public void Add(ToolCall piece)
    {
        if (!_calls.TryGetValue(piece.Index, out var call))
        {
            if (_calls.Count == MostCalls)
            {
                throw TooMuch($"more than {MostCalls} calls");
            }

            call = (piece.Id, piece.Name, new StringBuilder());
            _calls.Add(piece.Index, call);
        }

        _characters += piece.Arguments.Length;
        if (_characters > MostCharacters)
        {
            throw TooMuch($"calls with more than {MostCharacters} characters");
        }

        call.Arguments.Append(piece.Arguments);
    }

    /// <summary>All of them, in their order. One whose arguments were cut has the error in its place (<see cref="FunctionCallContent.Exception"/>).</summary>
    public IEnumerable<FunctionCallContent> Contents() =>
        _calls.Values.Select(call => FunctionCallContent.CreateFromParsedArguments(call.Arguments.ToString(), call.Id, call.Name, Parse));

    private static Dictionary<string, object?>? Parse(string json) =>
        json.Length == 0 ? [] : JsonSerializer.Deserialize<Dictionary<string, object?>>(json, AIJsonUtilities.DefaultOptions);

    private static ExpertClusterException TooMuch(string what) => new(StatusCode.ResourceExhausted, $"the answer has {what}, which is the most that is taken", null);
}
