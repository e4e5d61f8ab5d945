using System.Runtime.CompilerServices;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Grammars;
using ExpertCluster.Grammars.Matching;
using ExpertCluster.Grammars.Sources;
using ExpertCluster.Grammars.Syntax;
using ExpertCluster.V1;
using Google.Protobuf;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>
/// Compiles what answers have to be, and keeps the latest ones of each base: requests mostly ask for what others did, and the masks that those needed are there then.
/// Thread-safe.
/// </summary>
internal sealed class Structures
{
    /// <summary>Of a base. Each has at most twice <see cref="GrammarLimits.MaxCacheBytes"/>.</summary>
    public const int MostKept = 16;

    private readonly Lock _lock = new();

    /// <summary>By base, that which was asked for last at the end. A base's go with it.</summary>
    private readonly ConditionalWeakTable<BaseRuntime, LinkedList<(ByteString Key, CompiledGrammar Grammar)>> _kept = [];

    /// <summary>All of it but what it is called.</summary>
    public static ByteString KeyOf(StructuredOutput structure) => new StructuredOutput(structure) { Field = "" }.ToByteString();

    /// <summary>What has been compiled of the same key, if that has been.</summary>
    public CompiledGrammar? Find(BaseRuntime runtime, ByteString key)
    {
        lock (_lock)
        {
            var kept = _kept.GetOrCreateValue(runtime);
            for (var node = kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Key.Equals(key))
                {
                    kept.Remove(node);
                    kept.AddLast(node);
                    return node.Value.Grammar;
                }
            }
        }

        return null;
    }

    /// <exception cref="RequestRefusedException">INVALID_ARGUMENT: it can't be read, allows no text, or costs too much.</exception>
    /// <exception cref="OperationCanceledException"/>
    public CompiledGrammar Compile(BaseRuntime runtime, StructuredOutput structure, ByteString key, CancellationToken cancellation)
    {
        try
        {
            GrammarBudget budget = new(cancellation);
            var compiled = CompiledGrammar.Compile(Read(structure, budget), runtime.TokenVocabulary, budget);
            lock (_lock)
            {
                var kept = _kept.GetOrCreateValue(runtime);
                kept.AddLast((key, compiled));
                if (kept.Count > MostKept)
                {
                    kept.RemoveFirst();
                }
            }

            return compiled;
        }
        catch (GrammarException error)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, $"{FieldOf(structure)} {error.Message}");
        }
    }

    /// <summary>As errors name it.</summary>
    public static string FieldOf(StructuredOutput structure) => Contracts.Completions.StructuredOutput.Fields.Contains(structure.Field) ? structure.Field : Contracts.Completions.StructuredOutput.OwnField;

    private static Grammar Read(StructuredOutput structure, GrammarBudget budget) =>
        structure.JsonObject ? GrammarSources.JsonObject()
        : structure.JsonSchema.Length > 0 ? GrammarSources.JsonSchema(structure.JsonSchema, budget)
        : structure.Regex.Length > 0 ? GrammarSources.Regex(structure.Regex, budget)
        : structure.Grammar.Length > 0 ? GrammarSources.Ebnf(structure.Grammar, budget)
        : GrammarSources.Choice(structure.Choice);
}
