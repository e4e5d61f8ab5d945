namespace Orleans;

/// <summary>Marks a type as one that may travel in a grain call.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
public sealed class GenerateSerializerAttribute : Attribute
{
    public GenerateFieldIds GenerateFieldIds { get; set; }

    public bool IncludePrimaryConstructorParameters { get; set; }
}
