namespace ExpertCluster.Models.Chat.Evaluation;

/// <summary>Functions that a template can call.</summary>
internal static class Functions
{
    public static bool IsKnown(string name) => name is "raise_exception" or "namespace" or "strftime_now";

    public static object? Call(string name, CallContext call)
    {
        switch (name)
        {
            case "raise_exception":
                var message = Values.ToText(call.Bind("message")[0]) ?? "no message";
                throw call.Source.Error(call.At, message, rejectedByTemplate: true);
            case "namespace":
                var space = new Namespace();
                foreach (var argument in call.Arguments)
                {
                    var member = argument.Name ?? throw call.Error("takes named arguments only");
                    space.Members[member] = argument.Value.Evaluate(call.Frame);
                }

                return space;
            default:
                // Templates ask "is defined" first and have a fixed date otherwise, which keeps prompts reproducible.
                throw call.Error("is undefined");
        }
    }
}
