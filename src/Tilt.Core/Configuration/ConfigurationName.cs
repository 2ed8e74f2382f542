using System.Text;

namespace Tilt.Configuration;

/// <summary>How names of the code are written in configuration files: keys in snake_case, enum values in kebab-case.</summary>
public static class ConfigurationName
{
    /// <summary>The key of a property: <c>LearningRate</c> is <c>learning_rate</c>.</summary>
    public static string OfProperty(string property) => Split(property, '_');

    /// <summary>The text of an enum value: <c>TaskReward</c> is <c>task-reward</c>.</summary>
    public static string OfEnum(object value) => Split(value.ToString()!, '-');

    private static string Split(string pascalCase, char separator)
    {
        StringBuilder text = new();
        for (int i = 0; i < pascalCase.Length; i++)
        {
            if (i > 0 && char.IsUpper(pascalCase[i])) text.Append(separator);
            text.Append(char.ToLowerInvariant(pascalCase[i]));
        }
        return text.ToString();
    }
}
