using System.ComponentModel.DataAnnotations;

namespace ExpertCluster.Node.Settings;

/// <summary>What a setting's value must be. Failures name the whole setting, its value and the limit.</summary>
[AttributeUsage(AttributeTargets.Property)]
public abstract class SettingAttribute : ValidationAttribute
{
    /// <summary>What is allowed, as a list of settings says it: "1 to 3,600 seconds".</summary>
    public abstract string Allowed { get; }

    /// <summary>Null where the value is fine; else the end of a sentence that begins with the setting's name.</summary>
    protected abstract string? ProblemOf(object value);

    protected sealed override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        ArgumentNullException.ThrowIfNull(validationContext);
        return value is not null && ProblemOf(value) is { } problem
            ? new ValidationResult($"{SettingsSection.Of(validationContext.ObjectType).NameOf(validationContext.MemberName!)} {problem}")
            : ValidationResult.Success;
    }
}
