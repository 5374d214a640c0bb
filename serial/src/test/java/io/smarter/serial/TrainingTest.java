package io.smarter.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TrainingTest {
    @Test
    void theTrainingSeesADeviceGoAndComeBack() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        Training.run(new Journal(lines::add, System::nanoTime));
        assertThat(lines.toString()).contains("open, 115200 8N1", " writes", ": gone (", "open, 9600 8N1");
    }
}
