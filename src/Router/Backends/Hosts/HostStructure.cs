using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>From what an answer has to be to what a host is told of it.</summary>
internal static class HostStructure
{
    public static V1.StructuredOutput Of(StructuredOutput structure)
    {
        var message = new V1.StructuredOutput { Field = structure.Field };
        switch (structure.Kind)
        {
            case StructuredOutputKind.JsonObject:
                message.JsonObject = true;
                break;
            case StructuredOutputKind.JsonSchema:
                message.JsonSchema = structure.Source;
                break;
            case StructuredOutputKind.Regex:
                message.Regex = structure.Source;
                break;
            case StructuredOutputKind.Choice:
                message.Choice.AddRange(structure.Choices);
                break;
            default:
                message.Grammar = structure.Source;
                break;
        }

        return message;
    }
}
